class Key: pass

Key()
{}["door"]
