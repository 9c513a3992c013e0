"""The packages at hand: examples in a docstring run in the names of their module, and a module of a
package can be imported as part of it only.

Their sources are read into memory in the worker, before any cage closes, and come from there: the
folder may stand below /tmp, or belong to a user that the example is not.
"""

# Bytes of files that are kept of all packages together.
MOST_KEPT = 256 << 20
KEPT = (".py", ".pyc")
PathFinder = _frozen_importlib_external.PathFinder
spec_from_file_location = _frozen_importlib_external.spec_from_file_location
module_from_spec = _frozen_importlib.module_from_spec
cache_from_source = _frozen_importlib_external.cache_from_source
code_to_bytecode = _frozen_importlib_external._code_to_timestamp_pyc
real_path, join_path = os.path.realpath, os.path.join

kept_files = {}  # path: (content, seconds, size)
kept_folders = set()
compiled_files = set()
kept_packages = []


def keep_packages(folders):
    """Reads the files of packages that are not installed anyway."""
    left = MOST_KEPT
    for folder in map(os.fspath, folders):
        if not is_installed(os.path.basename(folder), join_path(folder, "__init__.py")):
            kept_packages.append(folder)
            left = keep_folder(folder, left)


def keep_folder(folder, left):
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        kept_folders.add(path)
        for name in sorted(files):
            file = join_path(path, name)
            try:
                status = os.stat(file)
                if not name.endswith(KEPT) or status.st_size > left or not os.path.isfile(file):
                    continue
                with open(file, "rb") as stream:
                    kept_files[file] = stream.read(), int(status.st_mtime), status.st_size
            except OSError:
                continue  # what cannot be read cannot be imported either
            left -= status.st_size
    return left


def keep_compiled(files):
    """Called in the zygote after an example had to compile these files: the next need not. What an
    example says is not believed, so they are compiled once more."""
    for file in files:
        cached = cache_from_source(file)
        if file in kept_files and cached not in compiled_files:
            source, seconds, size = kept_files[file]
            compiled_files.add(cached)
            code = builtins_compile(source, file, "exec", 0, True)
            kept_files[cached] = code_to_bytecode(code, seconds, size), seconds, 0


def is_installed(name, file):
    """Whether an import of this name gives this very file."""
    try:
        spec = PathFinder.find_spec(name)
    except Exception:
        return False
    return spec is not None and spec.origin is not None and real_path(spec.origin) == real_path(file)


class PackageLoader(SourceFileLoader):
    """Loads modules, and data that belongs to them, from what was kept."""

    def get_data(self, path):
        if path in kept_files:
            return kept_files[path][0]
        return super().get_data(path)

    def path_stats(self, path):
        _, seconds, size = kept_files[path]
        return {"mtime": seconds, "size": size}

    def _cache_bytecode(self, source_path, bytecode_path, data):
        put({"compiled": source_path})


class PackageFinder:
    """Finds one package and all below it."""

    def __init__(self, package):
        self.package = package
        self.name = package.rpartition("/")[2]

    def find_spec(self, name, path=None, target=None):
        if name != self.name and not name.startswith(self.name + "."):
            return None
        place = self.package + name[len(self.name):].replace(".", "/")
        inner = place + "/__init__.py"
        if inner in kept_files:
            return spec_from_file_location(
                name, inner, loader=PackageLoader(name, inner), submodule_search_locations=[place])
        if place + ".py" in kept_files:
            return spec_from_file_location(name, place + ".py", loader=PackageLoader(name, place + ".py"))
        if place in kept_folders:
            spec = ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = [place]
            return spec
        return None


def adopt_module(namespace):
    """Imports the module whose docstring an example stands in and makes its names those of the
    example, as doctest does. If it cannot be imported, what it bound up to there counts."""
    module = state.plan["module"]
    name, path, package = module["name"], module["path"], module["package"]
    top = join_path(package, "__init__.py") if package else path
    installed = is_installed(name.partition(".")[0], top)
    if not installed:
        root = (package or path).rpartition("/")[0]
        beside = [kept for kept in kept_packages if kept.rpartition("/")[0] == root]
        sys.meta_path[:0] = map(PackageFinder, beside)
    if installed or package:
        try:
            __import__(name)
            namespace.update(sys.modules[name].__dict__)
            return
        except Exception:
            pass
    source = module["source"].encode("utf-8", "surrogatepass")
    kept_files[path] = source, 0, len(source)
    spec = spec_from_file_location(name, path, loader=PackageLoader(name, path))
    alone = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(alone)
    finally:
        namespace.update(alone.__dict__)
