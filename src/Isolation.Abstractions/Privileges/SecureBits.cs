namespace Isolation;

/// <summary>
/// Specifies how the kernel treats user 0 and the capabilities of a command; see capabilities(7), "The securebits
/// flags". Values are those of the kernel.
/// </summary>
[Flags]
public enum SecureBits
{
    /// <summary>No bits: user 0 is treated as root.</summary>
    None = 0,

    /// <summary><c>SECBIT_NOROOT</c>: user 0 gets no capabilities by executing a program.</summary>
    NoRoot = 1 << 0,

    /// <summary><c>SECBIT_NOROOT_LOCKED</c>: <see cref="NoRoot"/> cannot be changed.</summary>
    NoRootLocked = 1 << 1,

    /// <summary><c>SECBIT_NO_SETUID_FIXUP</c>: a change of user ids does not change the capability sets.</summary>
    NoSetUserIdFixup = 1 << 2,

    /// <summary><c>SECBIT_NO_SETUID_FIXUP_LOCKED</c>: <see cref="NoSetUserIdFixup"/> cannot be changed.</summary>
    NoSetUserIdFixupLocked = 1 << 3,

    /// <summary><c>SECBIT_KEEP_CAPS_LOCKED</c>: capabilities cannot be kept across a change of the user id.</summary>
    KeepCapabilitiesLocked = 1 << 5,

    /// <summary><c>SECBIT_NO_CAP_AMBIENT_RAISE</c>: no capability can be added to the ambient set.</summary>
    NoAmbientRaise = 1 << 6,

    /// <summary><c>SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED</c>: <see cref="NoAmbientRaise"/> cannot be changed.</summary>
    NoAmbientRaiseLocked = 1 << 7,

    /// <summary>User 0 gets no capabilities implicitly, and none of these bits can be cleared.</summary>
    Locked = NoRoot | NoRootLocked | NoSetUserIdFixup | NoSetUserIdFixupLocked | KeepCapabilitiesLocked | NoAmbientRaise
        | NoAmbientRaiseLocked,
}
