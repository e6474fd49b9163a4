namespace Isolation;

/// <summary>
/// How the kernel treats user 0 and capabilities of a command, see capabilities(7), "The securebits flags". Values are
/// the kernel's.
/// </summary>
[Flags]
public enum SecureBits
{
    /// <summary>None: user 0 is treated as root.</summary>
    None = 0,

    /// <summary><c>SECBIT_NOROOT</c>: user 0 gets no capability by executing something.</summary>
    NoRoot = 1 << 0,

    /// <summary><c>SECBIT_NOROOT_LOCKED</c></summary>
    NoRootLocked = 1 << 1,

    /// <summary><c>SECBIT_NO_SETUID_FIXUP</c>: a change of user ids leaves the capability sets alone.</summary>
    NoSetUserIdFixup = 1 << 2,

    /// <summary><c>SECBIT_NO_SETUID_FIXUP_LOCKED</c></summary>
    NoSetUserIdFixupLocked = 1 << 3,

    /// <summary><c>SECBIT_KEEP_CAPS_LOCKED</c>: capabilities cannot be kept over a change of the user id.</summary>
    KeepCapabilitiesLocked = 1 << 5,

    /// <summary><c>SECBIT_NO_CAP_AMBIENT_RAISE</c>: nothing can be added to the ambient set.</summary>
    NoAmbientRaise = 1 << 6,

    /// <summary><c>SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED</c></summary>
    NoAmbientRaiseLocked = 1 << 7,

    /// <summary>Nobody gets a capability by being user 0, and none of this can be taken back.</summary>
    Locked = NoRoot | NoRootLocked | NoSetUserIdFixup | NoSetUserIdFixupLocked | KeepCapabilitiesLocked | NoAmbientRaise
        | NoAmbientRaiseLocked,
}
