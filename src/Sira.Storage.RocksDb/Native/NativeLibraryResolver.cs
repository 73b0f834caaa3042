using System.Globalization;
using System.Runtime.InteropServices;

namespace Sira.Storage.RocksDb.Native;

/// <summary>Finds the library under the names that distributions give it.</summary>
internal static class NativeLibraryResolver
{
    /// <summary>What to do where it is not found.</summary>
    public const string Advice = "Install it: 'apt install librocksdb7.8' on Debian 12, 'librocksdb8.9' on Ubuntu 24.04, 'dnf install rocksdb' on Fedora, 'brew install rocksdb' on macOS; or put the library beside the application";

    // The oldest and the newest whose C API has been compared with the binding.
    private const int OldestMajor = 7;
    private const int OldestMinor = 8;
    private const int NewestMajor = 10;

    // No major version has had more minor ones.
    private const int MaximumMinor = 12;

    private static readonly Lazy<nint> Loaded = new(Load);
    private static int isRegistered;

    /// <summary>Gets whether the library is there.</summary>
    public static bool IsAvailable => Loaded.Value != 0;

    /// <summary>Lets the imports of this assembly find the library.</summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref isRegistered, 1) == 0)
        {
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraryResolver).Assembly, static (name, _, _) => name == NativeMethods.Library ? Loaded.Value : 0);
        }
    }

    /// <summary>Returns the names that are tried, in their order.</summary>
    public static IEnumerable<string> Names()
    {
        if (OperatingSystem.IsWindows())
        {
            return ["rocksdb.dll", "rocksdb-shared.dll", NativeMethods.Library];
        }

        return [.. Versions().Select(static version => OperatingSystem.IsMacOS() ? $"librocksdb.{version}.dylib" : $"librocksdb.so.{version}"), OperatingSystem.IsMacOS() ? "librocksdb.dylib" : "librocksdb.so", NativeMethods.Library];
    }

    private static IEnumerable<string> Versions()
    {
        for (var major = OldestMajor; major <= NewestMajor; major++)
        {
            for (var minor = major == OldestMajor ? OldestMinor : 0; minor <= MaximumMinor; minor++)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}");
            }

            // Some install it under the major version alone; that of 7 may be older than 7.8.
            if (major > OldestMajor)
            {
                yield return major.ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    private static nint Load()
    {
        var assembly = typeof(NativeLibraryResolver).Assembly;
        foreach (var name in Names())
        {
            if (NativeLibrary.TryLoad(name, assembly, DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory, out var library))
            {
                return library;
            }
        }

        return 0;
    }
}
