print('unfinished'
