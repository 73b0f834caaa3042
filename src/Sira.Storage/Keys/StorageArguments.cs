using System.Text;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Writing;

namespace Sira.Storage.Keys;

/// <summary>Checks what is given to an engine, so that all of them refuse the same in the same words. For who writes an engine.</summary>
public static class StorageArguments
{
    private const int MaximumNamespaceLength = 64;
    private const int MaximumTenantLength = 256;
    private const int MaximumTypeLength = 128;
    private const int MaximumEvents = 10_000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="capabilities">The limits.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void Check(in StoreKey key, StorageCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        CheckPartition(key.Namespace, key.Tenant);
        CheckText(key.Name, capabilities.MaximumNameLength, "name of a key", nameof(key));
    }

    /// <summary>Checks what is to be scanned.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="capabilities">The limits.</param>
    /// <returns>How many keys a page has.</returns>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static int Check(in StoreScan scan, StorageCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        CheckPartition(scan.Partition.Namespace, scan.Partition.Tenant);
        ArgumentNullException.ThrowIfNull(scan.Prefix);
        if (scan.Prefix.Length > 0)
        {
            CheckText(scan.Prefix, capabilities.MaximumNameLength, "prefix", nameof(scan));
        }

        if (scan.After is { } after)
        {
            CheckText(after, capabilities.MaximumNameLength, "name to read on behind", nameof(scan));
        }

        return scan.PageSize switch
        {
            0 => StoreScan.DefaultPageSize,
            < 0 or > StoreScan.MaximumPageSize => throw new ArgumentException($"A page has 1 to {StoreScan.MaximumPageSize} keys, not {scan.PageSize}.", nameof(scan)),
            var size => size,
        };
    }

    /// <summary>Checks a partition.</summary>
    /// <param name="partition">The partition.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void Check(in StorePartition partition) => CheckPartition(partition.Namespace, partition.Tenant);

    /// <summary>Checks a namespace.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckNamespace(string @namespace)
    {
        ArgumentNullException.ThrowIfNull(@namespace);
        if (!IsNamespace(@namespace))
        {
            throw new ArgumentException($"'{@namespace}' is no namespace. {NamespaceFix}", nameof(@namespace));
        }
    }

    /// <summary>Checks a namespace that options name.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="path">Where it stands in the configuration.</param>
    /// <param name="errors">Receives the mistake.</param>
    public static void CheckNamespace(string? @namespace, string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (@namespace is null || !IsNamespace(@namespace))
        {
            errors.Add(path, $"'{@namespace}' is no namespace.", NamespaceFix);
        }
    }

    /// <summary>Checks the length of a value or event.</summary>
    /// <param name="length">The length in bytes.</param>
    /// <param name="key">Its key.</param>
    /// <param name="capabilities">The limits.</param>
    /// <exception cref="ArgumentException">It is too long.</exception>
    public static void CheckLength(int length, in StoreKey key, StorageCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        if (length > capabilities.MaximumValueLength)
        {
            throw new ArgumentException($"The value for '{key}' has {length} bytes, and at most {capabilities.MaximumValueLength} are taken. Split it, or raise the engine's limit.", nameof(length));
        }
    }

    /// <summary>Checks for how long a value is kept.</summary>
    /// <param name="timeToLive">The time; <see langword="null"/> for ever.</param>
    /// <param name="capabilities">What the engine can do.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than a millisecond, or more than 100 years.</exception>
    /// <exception cref="NotSupportedException">The engine keeps values for ever only.</exception>
    public static void CheckTimeToLive(TimeSpan? timeToLive, StorageCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        if (timeToLive is not { } time)
        {
            return;
        }

        if (time < TimeSpan.FromMilliseconds(1) || time > TimeSpan.FromDays(36_525))
        {
            throw new ArgumentOutOfRangeException(nameof(timeToLive), time, "A value is kept for 1 millisecond to 100 years, or, without a time to live, for ever.");
        }

        Require(StorageFeatures.TimeToLive, capabilities);
    }

    /// <summary>Checks that an engine can do something.</summary>
    /// <param name="feature">What.</param>
    /// <param name="capabilities">What it can do.</param>
    /// <exception cref="NotSupportedException">It cannot.</exception>
    public static void Require(StorageFeatures feature, StorageCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        if (!capabilities.Has(feature))
        {
            throw new NotSupportedException($"The engine does not have {feature & ~capabilities.Features}. Choose one that declares it in its Capabilities.");
        }
    }

    /// <summary>Checks how durable a write is to be.</summary>
    /// <param name="asked">What is asked; <see langword="null"/> for what the engine is set to.</param>
    /// <param name="capabilities">What the engine can do.</param>
    /// <returns>What the write has to survive.</returns>
    /// <exception cref="NotSupportedException">The engine cannot.</exception>
    public static StorageDurability Check(StorageDurability? asked, StorageCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        return asked is not { } durability ? capabilities.DefaultDurability
            : durability <= capabilities.MaximumDurability ? durability
            : throw new NotSupportedException($"A write is asked to survive {durability}, and this engine's survive {capabilities.MaximumDurability} at most. Ask for less, or choose another engine.");
    }

    /// <summary>Checks what is to be read of a log.</summary>
    /// <param name="after">Where to begin.</param>
    /// <param name="maximum">How many events.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is out of range.</exception>
    public static void CheckRead(long after, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximum, MaximumEvents);
    }

    /// <summary>Checks events that are to be appended.</summary>
    /// <param name="stream">Their stream.</param>
    /// <param name="events">The events.</param>
    /// <param name="capabilities">The limits.</param>
    /// <exception cref="ArgumentException">There is none, or one is not valid.</exception>
    public static void Check(in StoreKey stream, IReadOnlyList<EventData> events, StorageCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(events);
        Check(stream, capabilities);
        if (events.Count == 0 || events.Count > capabilities.MaximumBatchLength)
        {
            throw new ArgumentException($"{events.Count} events cannot be appended to '{stream}' at once. Append 1 to {capabilities.MaximumBatchLength}.", nameof(events));
        }

        foreach (var item in events)
        {
            CheckText(item.Type, MaximumTypeLength, "type of an event", nameof(events));
            CheckLength(item.Data.Length, stream, capabilities);
        }
    }

    /// <summary>Checks a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="capabilities">The limits.</param>
    /// <returns>What the batch has to survive.</returns>
    /// <exception cref="ArgumentException">It is empty or too long, or one of its writes is not valid.</exception>
    /// <exception cref="NotSupportedException">The engine cannot do what it asks.</exception>
    public static StorageDurability Check(StoreBatch batch, StorageCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(capabilities);
        Require(StorageFeatures.AtomicBatch, capabilities);
        if (batch.Operations.Count == 0 || batch.Operations.Count > capabilities.MaximumBatchLength)
        {
            throw new ArgumentException($"A batch of {batch.Operations.Count} writes cannot be made. Put 1 to {capabilities.MaximumBatchLength} into it.", nameof(batch));
        }

        foreach (var operation in batch.Operations)
        {
            if (operation.Kind is StoreOperationKind.Append)
            {
                Require(StorageFeatures.AtomicAppend, capabilities);
                Check(operation.Key, operation.Events, capabilities);
                continue;
            }

            Check(operation.Key, capabilities);
            CheckLength(operation.Value.Length, operation.Key, capabilities);
            CheckTimeToLive(operation.TimeToLive, capabilities);
        }

        return Check(batch.Durability, capabilities);
    }

    private static System.Buffers.SearchValues<char> NamespaceCharacters { get; } = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    internal static string NamespaceFix => $"Use 1 to {MaximumNamespaceLength} characters of a-z, 0-9, '-', '_' and '.'.";

    internal static bool IsNamespace(string text) => text.Length is > 0 and <= MaximumNamespaceLength && !text.AsSpan().ContainsAnyExcept(NamespaceCharacters);

    private static void CheckPartition(string @namespace, string? tenant)
    {
        CheckNamespace(@namespace);
        if (tenant is not null)
        {
            CheckText(tenant, MaximumTenantLength, nameof(tenant), nameof(tenant));
        }
    }

    private static void CheckText(string text, int maximum, string what, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, parameter);
        if (text.Length <= maximum / 3 && !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return;
        }

        int length;
        try
        {
            length = Utf8.GetByteCount(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException($"A {what} has half of a character at {exception.Index} and is no text. Give it as text, such as in Base64.", parameter, exception);
        }

        if (length > maximum)
        {
            throw new ArgumentException($"A {what} has {length} bytes in UTF-8, and at most {maximum} are taken: '{text[..Math.Min(text.Length, 40)]}…'. Shorten it, such as by a hash.", parameter);
        }
    }
}
