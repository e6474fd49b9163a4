import os

written = 0
for folder in ['/', '/box', '/usr/bin', '/etc', '/dev/shm', '/proc/sys/kernel', '/sys/fs/cgroup']:
    try:
        with open(folder + '/left-behind', 'w') as file:
            file.write('x')
            written += 1
    except OSError:
        pass
os.symlink('/etc/passwd', '/tmp/link')
print('written to', written)
