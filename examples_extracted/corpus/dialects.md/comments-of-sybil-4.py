printer.print_page(1)
