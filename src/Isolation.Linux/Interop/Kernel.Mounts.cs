namespace Isolation.Linux.Interop;

/// <summary>Provides the mount calls, see mount(2), fsopen(2), open_tree(2), mount_setattr(2).</summary>
internal static unsafe partial class Kernel
{
    internal const int OpenTreeClone = 1;
    internal const int OpenTreeCloexec = OCloexec;

    internal const int MoveMountFromEmptyPath = 4;
    internal const int MoveMountToEmptyPath = 0x40;

    internal const int FsopenCloexec = 1;
    internal const int FsmountCloexec = 1;
    internal const int FsconfigSetFlag = 0;
    internal const int FsconfigSetString = 1;
    internal const int FsconfigCreate = 6;

    internal const long MountAttrReadOnly = 1;
    internal const long MountAttrNosuid = 2;
    internal const long MountAttrNodev = 4;
    internal const long MountAttrNoexec = 8;
    internal const long MountAttrNosymfollow = 0x200000;
    internal const long MountAttrIdmap = 0x100000;

    internal const int MsNosuid = 2;
    internal const int MsNodev = 4;
    internal const int MsRec = 0x4000;
    internal const int MsUnbindable = 0x20000;
    internal const int MsPrivate = 0x40000;
    internal const int MsSlave = 0x80000;
    internal const int MsShared = 0x100000;

    internal const int MntDetach = 2;

    internal const long ResolveNoXdev = 1;
    internal const long ResolveNoMagiclinks = 2;
    internal const long ResolveNoSymlinks = 4;
    internal const long ResolveBeneath = 8;
    internal const long ResolveInRoot = 0x10;

    /// <summary>open_tree(2).</summary>
    internal static long open_tree(int directory, string path, int flags)
    {
        using NativeText text = new(path);
        return Invoke(Calls.OpenTree, directory, text.Address, flags);
    }

    /// <summary>mount_setattr(2) on a descriptor.</summary>
    internal static long mount_setattr(int tree, int flags, MountAttributes attributes)
    {
        byte empty = 0;
        return Invoke(
            Calls.MountSetattr, tree, (long)(&empty), flags | AtEmptyPath, (long)(&attributes),
            sizeof(MountAttributes));
    }
}
