{}["missing"]           # IndexError
