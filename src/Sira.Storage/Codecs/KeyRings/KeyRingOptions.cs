using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Sealing;

namespace Sira.Storage.Codecs.KeyRings;

/// <summary>The key-encryption keys, as a configuration has them. A host whose keys are in a vault brings an <see cref="IKeyRing"/> of its own instead.</summary>
public sealed record KeyRingOptions
{
    /// <summary>Gets the id of the key that wraps new data keys.</summary>
    public string Current { get; init; } = string.Empty;

    /// <summary>Gets the keys: the current one, and those that still unwrap.</summary>
    public IReadOnlyList<KeyRingEntry> Keys { get; init; } = [];

    /// <summary>Collects every mistake.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Keys.Count; i++)
        {
            // As a file has them: under their ids. Where that names none, the place in the list does.
            var key = Keys[i];
            var at = $"{path}:{nameof(Keys)}:{(string.IsNullOrEmpty(key.Id) || ids.Contains(key.Id) ? i.ToString(CultureInfo.InvariantCulture) : key.Id)}";
            if (key.Id is not { Length: >= 1 and <= 64 } || key.Id.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                errors.Add($"{at}:{nameof(key.Id)}", "the id is no name of a key.", "Use 1 to 64 visible ASCII characters without spaces, such as 2026-11.");
            }
            else if (!ids.Add(key.Id))
            {
                errors.Add($"{at}:{nameof(key.Id)}", $"there are two keys '{key.Id}'.", "Give each an id of its own, such as the date of its making.");
            }

            if (!TryDecode(key.Secret, out var secret))
            {
                errors.Add($"{at}:{nameof(key.Secret)}", "the secret is not Base64.", "Make one with 'openssl rand -base64 32'.");
            }
            else if (secret.Length < SealingKey.MinimumSecretBytes)
            {
                errors.Add($"{at}:{nameof(key.Secret)}", string.Create(CultureInfo.InvariantCulture, $"the secret has {secret.Length} bytes."), "Use 32 random ones, such as from 'openssl rand -base64 32'.");
            }
        }

        if (!ids.Contains(Current))
        {
            errors.AddUnknownName($"{path}:{nameof(Current)}", "key", Current, ids);
        }
    }

    /// <summary>Makes the ring.</summary>
    /// <param name="time">The clock by which keys expire; <see langword="null"/> means the system's.</param>
    /// <returns>The ring. It throws an <see cref="ExpiredKeyException"/> where an expired key is asked for.</returns>
    /// <exception cref="SiraConfigurationException">There is a mistake.</exception>
    public IKeyRing CreateKeyRing(TimeProvider? time = null)
    {
        var errors = new ConfigurationErrors();
        Validate(nameof(KeyRingOptions), errors);
        errors.ThrowIfAny();
        return new ExpiringKeyRing(
            Current,
            Keys.Select(static key => (new SealingKey(key.Id, Convert.FromBase64String(key.Secret)), key.ExpiresAt)),
            time ?? TimeProvider.System);
    }

    private static bool TryDecode(string? text, out ReadOnlySpan<byte> secret)
    {
        var buffer = new byte[text?.Length ?? 0];
        var isBase64 = Convert.TryFromBase64String(text ?? string.Empty, buffer, out var length);
        secret = buffer.AsSpan(0, length);
        return isBase64;
    }
}
