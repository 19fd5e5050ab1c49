"""What the launcher of hooks starts: `python -I -S entry.py HOME DATABASE PACKAGE HOST EVENT`.

HOME: the person's folder; DATABASE, PACKAGE: the folders in which apsw and Oldhand are found.
"""

import gc
import sys

if __name__ == "__main__":
    try:
        gc.disable()  # a hook is over before anything could be collected; looking for it takes a twentieth of its time
        sys.path += dict.fromkeys(sys.argv[2:4])  # behind Python's own, whose parts no package there can stand for
        from oldhand.surfaces.hooks.run import main

        main(sys.argv[1:2] + sys.argv[4:])
    except BaseException:  # noqa: BLE001 - whatever it is, the host must not see it; `run` has noted it if it could
        pass
    import posix

    posix._exit(0)
