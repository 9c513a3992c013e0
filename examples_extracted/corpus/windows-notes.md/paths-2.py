from pathlib import Path

folder = Path("shelf")
folder.mkdir()
(folder / "one.txt").write_text("ink")      # 3
(folder / "one.txt").read_text()            # 'ink'
sorted(p.name for p in folder.iterdir())    # ['one.txt']
folder.mkdir()                              # FileExistsError
folder.mkdir(exist_ok=True)                 # OK
(folder / "two.txt").exists()               # False
Path("/srv") / "www"                        # Path('/srv/www')
