global using static SessionMemoryContext;

internal static class SessionMemoryContext
{
    public static Sira.Session.History.SessionHistory history => null!;

    public static Sira.Session.Memory.IMemoryIndex memory => null!;

    public static Sira.Session.Memory.MemoryOwner owner => default;

    public static Sira.Storage.IStorageEngine engine => null!;
}
