using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Routing;

namespace Sira.Storage.LargeValues;

/// <summary>Which values of an engine are kept in another one because they are large.</summary>
public sealed record LargeValueOptions
{
    /// <summary>Gets the name of the engine that keeps the large values. Only for <c>StorageOptions.LargeValues</c>: a <see cref="LargeValueEngine"/> that is made by code is given the engine itself.</summary>
    public string Engine { get; init; } = string.Empty;

    /// <summary>Gets above which length a value is large, in bytes, before it is compressed or encrypted.</summary>
    /// <value>Default 64 KiB.</value>
    public int Over { get; init; } = 64 * 1024;

    /// <summary>Gets of which namespaces: names, or how names begin where they end with <c>*</c>.</summary>
    /// <value>Default <c>*</c>: of all.</value>
    public IReadOnlyList<string> Namespaces { get; init; } = ["*"];

    /// <summary>Gets whether no value is large any more: those that are kept elsewhere are read, replaced and deleted as before. For the time until none is left and these options can be taken away.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool ReadOnly { get; init; }

    /// <summary>Gets how old something must be that nothing refers to before it counts as left over from a write that was never finished. More than a write may take, and more than clocks may differ; a write that takes half of it is given up.</summary>
    /// <value>Default 1 hour, and at least 1 minute.</value>
    public TimeSpan GarbageAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets how often the host removes what is left over; the first time is 10 minutes after its start, or after this time where it is shorter.</summary>
    /// <value>Default 1 day. Zero: never, see <see cref="LargeValueEngine.SweepAsync"/>.</value>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Over < 1)
        {
            errors.Add($"{path}:{nameof(Over)}", string.Create(CultureInfo.InvariantCulture, $"{Over} is out of range."), "Use 1 byte or more; less than some KiB costs more than it saves.");
        }

        CheckTime($"{path}:{nameof(GarbageAge)}", GarbageAge, TimeSpan.FromMinutes(1), "1 minute", errors);
        CheckTime($"{path}:{nameof(SweepInterval)}", SweepInterval, TimeSpan.Zero, "zero", errors);
        if (Namespaces.Count == 0)
        {
            errors.Add($"{path}:{nameof(Namespaces)}", "there is none.", "Name some, or '*' for all.");
        }
    }

    /// <summary>Tells whether the large values of a namespace are kept elsewhere.</summary>
    internal bool Matches(string @namespace)
    {
        for (var i = 0; i < Namespaces.Count; i++)
        {
            if (NamePattern.Matches(Namespaces[i], @namespace))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Collects what keeps two engines from being used together.</summary>
    internal void Check(string path, IStorageEngine main, IStorageEngine large, ConfigurationErrors errors)
    {
        var (here, there) = (main.Capabilities, large.Capabilities);
        if (!here.Has(StorageFeatures.Conditions))
        {
            errors.Add(path, $"the engine '{main.Name}' does not have {StorageFeatures.Conditions}, without which two processes may not agree on what is theirs.", "Choose one that has.");
        }

        if (!there.Has(StorageFeatures.Scan))
        {
            errors.Add($"{path}:{nameof(Engine)}", $"the engine '{large.Name}' does not have {StorageFeatures.Scan}, without which what a crash left there is never found.", "Choose one that has.");
        }

        if (there.MaximumDurability < here.DefaultDurability)
        {
            errors.Add($"{path}:{nameof(Engine)}", $"writes to '{large.Name}' survive {there.MaximumDurability} at most, and those to '{main.Name}' survive {here.DefaultDurability} unless they say otherwise.", "Choose an engine whose writes survive as much.");
        }

        if (here.MaximumDurability is StorageDurability.Process && !here.Has(StorageFeatures.Shared) && there.MaximumDurability > StorageDurability.Process)
        {
            errors.Add($"{path}:{nameof(Engine)}", $"the engine '{main.Name}' forgets everything with the process, and what it has put into '{large.Name}' would stay there for ever.", "Keep its large values in memory too, or its small ones in an engine that lasts.");
        }

        if (!ReadOnly && Over >= LargeValueEngine.MaximumLength(here, there))
        {
            errors.Add($"{path}:{nameof(Over)}", string.Create(CultureInfo.InvariantCulture, $"no value is over {Over} bytes: '{main.Name}' and '{large.Name}' take {LargeValueEngine.MaximumLength(here, there)} at most."), $"Use less, or set {nameof(ReadOnly)} to keep no more large values elsewhere.");
        }
    }

    private static void CheckTime(string path, TimeSpan value, TimeSpan minimum, string least, ConfigurationErrors errors)
    {
        // The upper bound is what a timer can wait.
        if (value < minimum || value > TimeSpan.FromDays(24))
        {
            errors.Add(path, string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), $"Use {least} to 24 days.");
        }
    }
}
