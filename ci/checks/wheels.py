"""The pinned wheels that ci/setup fetches."""
import glob, os, zipfile


def cache():
    return os.environ.get('ORRERY_CACHE') or os.path.join(os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'), 'orrery')


def unpack(requirements, folder):
    """Unpacks every wheel that the file pins to `folder`; the names of those that are not there."""
    missing = []
    with open(requirements) as file:
        pins = [line.split()[0].split('==') for line in file if '==' in line]
    for name, version in pins:
        wheels = glob.glob(os.path.join(cache(), 'wheels', f"{name.replace('-', '_')}-{version}-*.whl"))
        if not wheels:
            missing.append(name)
            continue
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(folder)
    return missing
