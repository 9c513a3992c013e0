{}["door"]
[].pop()
int("4x")
