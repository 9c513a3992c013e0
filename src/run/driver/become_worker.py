"""Run by a python that is to become a worker: loads our module and hands it the process.

An example must find no frame beneath its own, and its recursion must not begin deeper than in a file
that is run. When a program ends with SystemExit, the interpreter asks the exception for its `code` when
all frames are gone and before anything of its end has begun; here the answer is the whole life of a
worker. Arguments: the file of the module, and what is for the module itself.
"""
import sys, _imp, _frozen_importlib, _frozen_importlib_external


def become_worker():
    del sys.path[0]
    sys.path_importer_cache.pop(sys.argv[0], None)
    name, file = "_truedoc", sys.argv[1]
    loader = _frozen_importlib_external.ExtensionFileLoader(name, file)
    module = _imp.create_dynamic(_frozen_importlib.ModuleSpec(name, loader, origin=file))
    _imp.exec_dynamic(module)
    return type("Worker", (SystemExit,), {"code": module.Worker(sys.argv[2:])})


raise become_worker()
