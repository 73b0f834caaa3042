using System.Runtime.InteropServices;
using System.Text;

namespace Sira.Storage.RocksDb.Native;

/// <summary>An open database. Thread-safe.</summary>
/// <remarks>Disposing of it closes it once whatever was made of it is disposed of too, in any order, and no call is under way; <see cref="Closing"/> tells when. Column families are disposed of with it.</remarks>
internal sealed unsafe class Database : NativeHandle
{
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CompactionFilter[] filters;

    private Database(nint handle, CompactionFilter[] filters)
        : base(handle)
    {
        this.filters = filters;
        foreach (var filter in filters)
        {
            var isHeld = false;
            filter.DangerousAddRef(ref isHeld);
        }
    }

    /// <summary>Gets the column families, in the order in which they were named.</summary>
    public IReadOnlyList<ColumnFamily> Families { get; private set; } = [];

    /// <summary>Gets a task that ends when the files are closed.</summary>
    public Task Closing => closed.Task;

    /// <summary>Opens a database.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="options">How.</param>
    /// <param name="families">Its column families, all of them, each with its options.</param>
    /// <param name="isReadOnly">Whether it is only read; then others may have it open.</param>
    /// <exception cref="NativeException">It cannot be opened.</exception>
    public static Database Open(string path, DatabaseOptions options, IReadOnlyList<(string Name, DatabaseOptions Options)> families, bool isReadOnly)
    {
        var count = families.Count;
        var names = stackalloc byte*[count];
        var handles = stackalloc nint[count];
        var familyOptions = stackalloc nint[count];
        var texts = families.Select(static family => ToPinned(family.Name)).ToArray();
        for (var i = 0; i < count; i++)
        {
            names[i] = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(texts[i], 0);
            familyOptions[i] = families[i].Options.DangerousGetHandle();
        }

        nint error = 0;
        nint opened;
        fixed (byte* folder = ToPinned(path))
        {
            opened = isReadOnly
                ? NativeMethods.OpenReadOnly(options, folder, count, names, familyOptions, handles, failIfThereIsALog: 0, ref error)
                : NativeMethods.Open(options, folder, count, names, familyOptions, handles, ref error);
        }

        GC.KeepAlive(texts);
        GC.KeepAlive(families);
        NativeException.ThrowIf(error);
        var database = new Database(opened, [.. families.Select(static family => family.Options.Filter).OfType<CompactionFilter>()]);
        var made = new ColumnFamily[count];
        for (var i = 0; i < count; i++)
        {
            made[i] = new ColumnFamily(database, families[i].Name, handles[i]);
        }

        database.Families = made;
        return database;
    }

    /// <summary>Lists the column families of a database that is not open.</summary>
    /// <exception cref="NativeException">There is none, or it cannot be read.</exception>
    public static IReadOnlyList<string> ListFamilies(string path, DatabaseOptions options)
    {
        nint error = 0;
        byte** names;
        nuint count;
        fixed (byte* folder = ToPinned(path))
        {
            names = NativeMethods.ListColumnFamilies(options, folder, out count, ref error);
        }

        NativeException.ThrowIf(error);
        var list = new string[count];
        for (nuint i = 0; i < count; i++)
        {
            list[i] = Marshal.PtrToStringUTF8((nint)names[i])!;
        }

        NativeMethods.DestroyList(names, count);
        return list;
    }

    /// <summary>Reads a value without copying it.</summary>
    /// <exception cref="NativeException">It cannot be read.</exception>
    public PinnedValue Get(ColumnFamily family, ReadOptions options, ReadOnlySpan<byte> key)
    {
        nint error = 0;
        nint value;
        var isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            fixed (byte* bytes = key)
            {
                value = NativeMethods.GetPinned(this, options, family, bytes, (nuint)key.Length, ref error);
            }

            NativeException.ThrowIf(error);
            if (value != 0)
            {
                // The value holds on to the database now.
                isHeld = false;
            }
        }
        finally
        {
            if (isHeld)
            {
                DangerousRelease();
            }
        }

        return new PinnedValue(this, value);
    }

    /// <summary>Reads several values at once.</summary>
    /// <param name="family">The column family.</param>
    /// <param name="options">How.</param>
    /// <param name="keys">The keys, one behind the other.</param>
    /// <param name="ends">Where each of them ends.</param>
    /// <param name="state">What <paramref name="read"/> is given.</param>
    /// <param name="read">Called for each key with its index and its value, which is only there meanwhile.</param>
    /// <exception cref="NativeException">One cannot be read.</exception>
    public void MultiGet<TState>(ColumnFamily family, ReadOptions options, ReadOnlySpan<byte> keys, ReadOnlySpan<int> ends, TState state, ValueReader<TState> read)
    {
        var count = ends.Length;
        var (pointers, lengths, values, errors) = (new nint[count], new nuint[count], new nint[count], new nint[count]);
        var isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            fixed (byte* bytes = keys)
            fixed (nint* starts = pointers)
            fixed (nuint* sizes = lengths)
            fixed (nint* found = values, failed = errors)
            {
                for (var (i, start) = (0, 0); i < count; start = ends[i++])
                {
                    (starts[i], sizes[i]) = ((nint)(bytes + start), (nuint)(ends[i] - start));
                }

                NativeMethods.MultiGet(this, options, family, (nuint)count, (byte**)starts, sizes, found, failed, isSorted: 0);
            }

            for (var i = 0; i < count; i++)
            {
                var error = errors[i];
                errors[i] = 0;
                NativeException.ThrowIf(error);
                if (values[i] != 0)
                {
                    var bytes = NativeMethods.GetPinnedBytes(values[i], out var length);
                    read(state, i, isThere: true, new ReadOnlySpan<byte>(bytes, checked((int)length)));
                }
                else
                {
                    read(state, i, isThere: false, default);
                }
            }
        }
        finally
        {
            foreach (var value in values)
            {
                if (value != 0)
                {
                    NativeMethods.DestroyPinned(value);
                }
            }

            foreach (var error in errors)
            {
                if (error != 0)
                {
                    NativeMethods.Free(error);
                }
            }

            if (isHeld)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>Writes one value.</summary>
    /// <exception cref="NativeException">It cannot be written.</exception>
    public void Put(ColumnFamily family, WriteOptions options, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        nint error = 0;
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            NativeMethods.Put(this, options, family, keyBytes, (nuint)key.Length, valueBytes, (nuint)value.Length, ref error);
        }

        NativeException.ThrowIf(error);
    }

    /// <summary>Makes the writes of a batch, all or none.</summary>
    /// <exception cref="NativeException">They cannot be made, or it is not known whether they were.</exception>
    public void Write(WriteBatch batch, WriteOptions options)
    {
        nint error = 0;
        NativeMethods.Write(this, options, batch, ref error);
        NativeException.ThrowIf(error);
    }

    /// <summary>Writes what is in memory to tables, and waits for it.</summary>
    /// <exception cref="NativeException">It cannot be written.</exception>
    public void Flush(ColumnFamily family)
    {
        nint error = 0;
        var options = NativeMethods.CreateFlushOptions();
        try
        {
            NativeMethods.Flush(this, options, family, ref error);
        }
        finally
        {
            NativeMethods.DestroyFlushOptions(options);
        }

        NativeException.ThrowIf(error);
    }

    /// <summary>Rewrites the tables of a column family without what is deleted or over, and waits for it.</summary>
    public void Compact(ColumnFamily family) => NativeMethods.CompactRange(this, family, null, 0, null, 0);

    /// <summary>Makes a copy in a folder that is not there yet: by hard links where it is on the same file system.</summary>
    /// <exception cref="NativeException">It cannot be made.</exception>
    public void Checkpoint(string path)
    {
        nint error = 0;
        var checkpoint = NativeMethods.CreateCheckpointObject(this, ref error);
        NativeException.ThrowIf(error);
        try
        {
            fixed (byte* folder = ToPinned(path))
            {
                // 0: what is in memory is flushed first, so that the copy is of tables alone.
                NativeMethods.CreateCheckpoint(checkpoint, folder, logSizeForFlush: 0, ref error);
            }
        }
        finally
        {
            NativeMethods.DestroyCheckpointObject(checkpoint);
        }

        NativeException.ThrowIf(error);
    }

    /// <summary>Returns a number that RocksDB keeps of a column family; 0 for one that it does not know.</summary>
    public long GetProperty(ColumnFamily family, string name)
    {
        fixed (byte* text = ToPinned(name))
        {
            return NativeMethods.GetProperty(this, family, text, out var value) == 0 ? (long)value : 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var family in Families)
            {
                family.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    protected override void Free(nint handle)
    {
        NativeMethods.Close(handle);
        foreach (var filter in filters)
        {
            filter.DangerousRelease();
        }

        closed.TrySetResult();
    }

    // Ends with a zero; pinned, since several are handed over at once.
    private static byte[] ToPinned(string text)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        bytes[^1] = 0;
        return bytes;
    }
}
