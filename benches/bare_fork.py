"""The floor: a warm interpreter that forks, runs one example and exits, with no cage around it.

    python bare_fork.py FILE COUNT

Runs the example COUNT times, one fork each, with its output in a file as `truedoc` has it. The modules
of a typical example are imported before, and frozen, as in truedoc's own zygotes.
"""

import collections, dataclasses, functools, gc, os, sys, typing  # noqa: E401, F401

source = open(sys.argv[1]).read()
output = os.memfd_create("output")
gc.collect()
gc.freeze()
for number in range(int(sys.argv[2])):
    os.ftruncate(output, 0)
    process = os.fork()
    if process == 0:
        os.dup2(output, 1)
        text = source.replace("NAME", "n%d" % number)
        status = 1
        try:
            exec(compile(text, "example.py", "exec"), {"__name__": "__main__"})
            sys.stdout.flush()
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(process, 0)[1] != 0:
        sys.exit("an example failed")
    os.lseek(output, 0, 0)
    os.read(output, 1 << 20)
