import os

written = 0
for directory in ['/', '/box', '/usr/bin', '/etc', '/dev/shm', '/proc/sys/kernel', '/sys/fs/cgroup']:
    try:
        with open(directory + '/left-behind', 'w') as file:
            file.write('x')
            written += 1
    except OSError:
        pass
os.symlink('/etc/passwd', '/tmp/link')
print('written to', written)
