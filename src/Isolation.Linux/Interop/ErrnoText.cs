namespace Isolation.Linux.Interop;

/// <summary>Provides names and descriptions of error numbers, independent of the C library.</summary>
internal static class ErrnoText
{
    private static readonly (string Name, string Text)[] Known = new (string, string)[134];

    static ErrnoText()
    {
        Known[1] = ("EPERM", "Operation not permitted");
        Known[2] = ("ENOENT", "No such file or directory");
        Known[3] = ("ESRCH", "No such process");
        Known[4] = ("EINTR", "Interrupted system call");
        Known[5] = ("EIO", "I/O error");
        Known[6] = ("ENXIO", "No such device or address");
        Known[7] = ("E2BIG", "Argument list too long");
        Known[8] = ("ENOEXEC", "Exec format error");
        Known[9] = ("EBADF", "Bad file number");
        Known[10] = ("ECHILD", "No child processes");
        Known[11] = ("EAGAIN", "Try again");
        Known[12] = ("ENOMEM", "Out of memory");
        Known[13] = ("EACCES", "Permission denied");
        Known[14] = ("EFAULT", "Bad address");
        Known[15] = ("ENOTBLK", "Block device required");
        Known[16] = ("EBUSY", "Device or resource busy");
        Known[17] = ("EEXIST", "File exists");
        Known[18] = ("EXDEV", "Cross-device link");
        Known[19] = ("ENODEV", "No such device");
        Known[20] = ("ENOTDIR", "Not a directory");
        Known[21] = ("EISDIR", "Is a directory");
        Known[22] = ("EINVAL", "Invalid argument");
        Known[23] = ("ENFILE", "File table overflow");
        Known[24] = ("EMFILE", "Too many open files");
        Known[25] = ("ENOTTY", "Not a typewriter");
        Known[26] = ("ETXTBSY", "Text file busy");
        Known[27] = ("EFBIG", "File too large");
        Known[28] = ("ENOSPC", "No space left on device");
        Known[29] = ("ESPIPE", "Illegal seek");
        Known[30] = ("EROFS", "Read-only file system");
        Known[31] = ("EMLINK", "Too many links");
        Known[32] = ("EPIPE", "Broken pipe");
        Known[33] = ("EDOM", "Math argument out of domain of func");
        Known[34] = ("ERANGE", "Math result not representable");
        Known[35] = ("EDEADLK", "Resource deadlock would occur");
        Known[36] = ("ENAMETOOLONG", "File name too long");
        Known[37] = ("ENOLCK", "No record locks available");
        Known[38] = ("ENOSYS", "Invalid system call number");
        Known[39] = ("ENOTEMPTY", "Directory not empty");
        Known[40] = ("ELOOP", "Too many symbolic links encountered");
        Known[42] = ("ENOMSG", "No message of desired type");
        Known[43] = ("EIDRM", "Identifier removed");
        Known[44] = ("ECHRNG", "Channel number out of range");
        Known[45] = ("EL2NSYNC", "Level 2 not synchronized");
        Known[46] = ("EL3HLT", "Level 3 halted");
        Known[47] = ("EL3RST", "Level 3 reset");
        Known[48] = ("ELNRNG", "Link number out of range");
        Known[49] = ("EUNATCH", "Protocol driver not attached");
        Known[50] = ("ENOCSI", "No CSI structure available");
        Known[51] = ("EL2HLT", "Level 2 halted");
        Known[52] = ("EBADE", "Invalid exchange");
        Known[53] = ("EBADR", "Invalid request descriptor");
        Known[54] = ("EXFULL", "Exchange full");
        Known[55] = ("ENOANO", "No anode");
        Known[56] = ("EBADRQC", "Invalid request code");
        Known[57] = ("EBADSLT", "Invalid slot");
        Known[59] = ("EBFONT", "Bad font file format");
        Known[60] = ("ENOSTR", "Device not a stream");
        Known[61] = ("ENODATA", "No data available");
        Known[62] = ("ETIME", "Timer expired");
        Known[63] = ("ENOSR", "Out of streams resources");
        Known[64] = ("ENONET", "Machine is not on the network");
        Known[65] = ("ENOPKG", "Package not installed");
        Known[66] = ("EREMOTE", "Object is remote");
        Known[67] = ("ENOLINK", "Link has been severed");
        Known[68] = ("EADV", "Advertise error");
        Known[69] = ("ESRMNT", "Srmount error");
        Known[70] = ("ECOMM", "Communication error on send");
        Known[71] = ("EPROTO", "Protocol error");
        Known[72] = ("EMULTIHOP", "Multihop attempted");
        Known[73] = ("EDOTDOT", "RFS specific error");
        Known[74] = ("EBADMSG", "Not a data message");
        Known[75] = ("EOVERFLOW", "Value too large for defined data type");
        Known[76] = ("ENOTUNIQ", "Name not unique on network");
        Known[77] = ("EBADFD", "File descriptor in bad state");
        Known[78] = ("EREMCHG", "Remote address changed");
        Known[79] = ("ELIBACC", "Can not access a needed shared library");
        Known[80] = ("ELIBBAD", "Accessing a corrupted shared library");
        Known[81] = ("ELIBSCN", ".lib section in a.out corrupted");
        Known[82] = ("ELIBMAX", "Attempting to link in too many shared libraries");
        Known[83] = ("ELIBEXEC", "Cannot exec a shared library directly");
        Known[84] = ("EILSEQ", "Illegal byte sequence");
        Known[85] = ("ERESTART", "Interrupted system call should be restarted");
        Known[86] = ("ESTRPIPE", "Streams pipe error");
        Known[87] = ("EUSERS", "Too many users");
        Known[88] = ("ENOTSOCK", "Socket operation on non-socket");
        Known[89] = ("EDESTADDRREQ", "Destination address required");
        Known[90] = ("EMSGSIZE", "Message too long");
        Known[91] = ("EPROTOTYPE", "Protocol wrong type for socket");
        Known[92] = ("ENOPROTOOPT", "Protocol not available");
        Known[93] = ("EPROTONOSUPPORT", "Protocol not supported");
        Known[94] = ("ESOCKTNOSUPPORT", "Socket type not supported");
        Known[95] = ("EOPNOTSUPP", "Operation not supported on transport endpoint");
        Known[96] = ("EPFNOSUPPORT", "Protocol family not supported");
        Known[97] = ("EAFNOSUPPORT", "Address family not supported by protocol");
        Known[98] = ("EADDRINUSE", "Address already in use");
        Known[99] = ("EADDRNOTAVAIL", "Cannot assign requested address");
        Known[100] = ("ENETDOWN", "Network is down");
        Known[101] = ("ENETUNREACH", "Network is unreachable");
        Known[102] = ("ENETRESET", "Network dropped connection because of reset");
        Known[103] = ("ECONNABORTED", "Software caused connection abort");
        Known[104] = ("ECONNRESET", "Connection reset by peer");
        Known[105] = ("ENOBUFS", "No buffer space available");
        Known[106] = ("EISCONN", "Transport endpoint is already connected");
        Known[107] = ("ENOTCONN", "Transport endpoint is not connected");
        Known[108] = ("ESHUTDOWN", "Cannot send after transport endpoint shutdown");
        Known[109] = ("ETOOMANYREFS", "Too many references: cannot splice");
        Known[110] = ("ETIMEDOUT", "Connection timed out");
        Known[111] = ("ECONNREFUSED", "Connection refused");
        Known[112] = ("EHOSTDOWN", "Host is down");
        Known[113] = ("EHOSTUNREACH", "No route to host");
        Known[114] = ("EALREADY", "Operation already in progress");
        Known[115] = ("EINPROGRESS", "Operation now in progress");
        Known[116] = ("ESTALE", "Stale file handle");
        Known[117] = ("EUCLEAN", "Structure needs cleaning");
        Known[118] = ("ENOTNAM", "Not a XENIX named type file");
        Known[119] = ("ENAVAIL", "No XENIX semaphores available");
        Known[120] = ("EISNAM", "Is a named type file");
        Known[121] = ("EREMOTEIO", "Remote I/O error");
        Known[122] = ("EDQUOT", "Quota exceeded");
        Known[123] = ("ENOMEDIUM", "No medium found");
        Known[124] = ("EMEDIUMTYPE", "Wrong medium type");
        Known[125] = ("ECANCELED", "Operation Canceled");
        Known[126] = ("ENOKEY", "Required key not available");
        Known[127] = ("EKEYEXPIRED", "Key has expired");
        Known[128] = ("EKEYREVOKED", "Key has been revoked");
        Known[129] = ("EKEYREJECTED", "Key was rejected by service");
        Known[130] = ("EOWNERDEAD", "Owner died");
        Known[131] = ("ENOTRECOVERABLE", "State not recoverable");
        Known[132] = ("ERFKILL", "Operation not possible due to RF-kill");
        Known[133] = ("EHWPOISON", "Memory page has hardware error");
    }

    /// <summary>Gets the name of an error, such as <c>ENOENT</c>.</summary>
    internal static string Name(int number) => number > 0 && number < Known.Length && Known[number].Name is { } name
        ? name
        : $"errno {number}";

    /// <summary>Gets the description of an error.</summary>
    internal static string Text(int number) => number > 0 && number < Known.Length && Known[number].Text is { } text
        ? text
        : "unknown error";
}
