#!/usr/bin/env bash
#SBATCH --job-name=orrery-campaign
#SBATCH --array=0-15
#SBATCH --cpus-per-task=2
#SBATCH --time=02:00:00
# A campaign as a job array: each task searches its part, all keep what they find in one folder on a shared file system. Submitted
# again, it goes on where it was. Afterwards: orrery merge CAMPAIGN.
#
#     SCENARIOS=scenarios CAMPAIGN=/shared/campaign BUDGET=3600s sbatch ci/campaign/slurm.sh
set -euo pipefail
count=${SLURM_ARRAY_TASK_COUNT:-16}
code=0
orrery explore "${SCENARIOS:-scenarios}" --budget "${BUDGET:-3600s}" --jobs "${SLURM_CPUS_PER_TASK:-2}" \
  --shard "$((SLURM_ARRAY_TASK_ID + 1))/$count" --keep "${CAMPAIGN:?a folder that all tasks see}" \
  --artifacts "${TMPDIR:-/tmp}/out-$SLURM_ARRAY_TASK_ID" || code=$?
# 1 is a broken claim, which is a result and no failure of the task.
((code == 1)) || exit "$code"
