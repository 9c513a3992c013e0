from zzz_no_such_package_of_ours import polish

polish("shoe")       # 'shiny'
