using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Tests.Native;

public sealed class NativeLibraryResolverTests
{
    [Fact]
    public void Names_OnLinux_BeginWithTheOldestKnown_AndEndWithoutAVersion()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems name libraries otherwise.");
        var names = NativeLibraryResolver.Names().ToList();

        Assert.Equal("librocksdb.so.7.8", names[0]);
        Assert.Equal(["librocksdb.so", "rocksdb"], names[^2..]);
        Assert.Equal(names.IndexOf("librocksdb.so.8.9"), names.IndexOf("librocksdb.so.8.10") - 1);
        Assert.True(names.IndexOf("librocksdb.so.8") < names.IndexOf("librocksdb.so.9.10") && names.IndexOf("librocksdb.so.9") < names.IndexOf("librocksdb.so.10"));
        Assert.DoesNotContain("librocksdb.so.7", names);
    }
}
