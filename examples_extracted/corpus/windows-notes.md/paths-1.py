from pathlib import PurePosixPath, PureWindowsPath

PureWindowsPath("C:/Users") / "me" / "notes.md"   # PureWindowsPath('C:/Users/me/notes.md')
str(PureWindowsPath("C:/Users"))                  # 'C:\\Users'
PurePosixPath("/srv/www/../log").parts            # ('/', 'srv', 'www', '..', 'log')
PurePosixPath("a/b.tar.gz").suffix                # '.gz'
PurePosixPath("a/b.tar.gz").suffixes              # ['.tar', '.gz']
PurePosixPath("a/b.tar.gz").stem                  # 'b.tar'
PurePosixPath("a", "/b")                          # PurePosixPath('/b')
PurePosixPath("notes").with_suffix(".md").name    # 'notes.md'
