reboot()
