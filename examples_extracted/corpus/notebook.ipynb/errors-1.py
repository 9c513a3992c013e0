print("before")
int("twelve")
