"""What the launcher of hooks starts: `python -I -S entry.py HOME DATABASE PACKAGE HOST EVENT`.

HOME: the person's folder; DATABASE, PACKAGE: the folders in which apsw and Oldhand are found.
"""

import sys

if __name__ == "__main__":
    try:
        sys.path[:0] = dict.fromkeys(sys.argv[3:1:-1])
        from oldhand.surfaces.hooks.run import main

        main(sys.argv[1:2] + sys.argv[4:])
    except BaseException:  # noqa: BLE001 - whatever it is, the host must not see it; `run` has noted it if it could
        pass
    import posix

    posix._exit(0)
