$ shelf = ["ink", "quill"]
$ shelf.append("sand")
$ shelf[-1]             # 'sand'
