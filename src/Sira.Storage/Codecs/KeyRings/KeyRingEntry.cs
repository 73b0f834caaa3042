namespace Sira.Storage.Codecs.KeyRings;

/// <summary>A key-encryption key.</summary>
public sealed record KeyRingEntry
{
    /// <summary>Gets its name, which is written beside what it wraps: 1 to 64 visible ASCII characters, such as <c>2026-11</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the key: 32 random bytes or more in Base64, such as from <c>openssl rand -base64 32</c>.</summary>
    public required string Secret { get; init; }

    /// <summary>Gets from when on it neither wraps nor unwraps.</summary>
    /// <value>Default <see langword="null"/>: never.</value>
    public DateTimeOffset? ExpiresAt { get; init; }

    // What a record would print by itself holds the secret.
    /// <summary>Returns the name.</summary>
    public override string ToString() => Id;
}
