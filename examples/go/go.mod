module operator

go 1.19
