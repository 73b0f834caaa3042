using Sira.Kernel.Configuration;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Configuration.Versions;

/// <summary>Random changes, rollbacks, resets and edits of the host's configuration, against a model of flat dictionaries.</summary>
public class ConfigurationModelTests
{
    private static readonly string[] Keys = ["A", "A:B", "A:B:C", "A:D", "E", "E:0", "E:1", "F"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Sequences_GiveWhatTheModelSays(int seed)
    {
        var random = new SeededRandomSource(seed);
        using var fixture = new ConfigurationFixture(settings: ("F", "0"));
        var host = new Dictionary<string, string?> { ["F"] = "0" };
        var overlay = new List<Dictionary<string, string?>>();
        Dictionary<string, string?>? pinned = null;
        var versions = new Dictionary<long, (Dictionary<string, string?> Settings, List<Dictionary<string, string?>> Overlay)> { [1] = (host, []) };
        for (var i = 0; i < 300; i++)
        {
            switch (random.Next(5))
            {
                case 0:
                    var leaf = Keys[2 + random.Next(Keys.Length - 2)];
                    var value = $"host {i}";
                    if (host.Keys.Any(other => IsRelated(other, leaf) && other != leaf))
                    {
                        continue;
                    }

                    host = new(host) { [leaf] = value };
                    pinned = null;
                    fixture.Edit((leaf, value));
                    break;
                case 1:
                    var number = versions.Keys.ElementAt(random.Next(versions.Count));
                    (pinned, overlay) = (versions[number].Settings, [.. versions[number].Overlay]);
                    await fixture.Configuration.RollBackAsync(number, "ann", "a test");
                    break;
                case 2 when random.Next(10) == 0:
                    (pinned, overlay) = (null, []);
                    await fixture.Configuration.ResetAsync("ann", "a test");
                    break;
                case 3:
                    await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.ApplyAsync((Keys[random.Next(Keys.Length)] + "Wrong", "1")));
                    continue;
                default:
                    var change = new Dictionary<string, string?> { [Keys[random.Next(Keys.Length)]] = random.Next(4) == 0 ? null : $"api {i}" };
                    overlay = [.. overlay, change];
                    pinned = pinned is null ? null : Change(pinned, change);
                    await fixture.Configuration.ApplyAsync(change, "ann", "a test");
                    break;
            }

            var expected = pinned ?? overlay.Aggregate(host, Change);
            Assert.Equal(expected, fixture.Consumer.InForce);
            versions[fixture.Configuration.Current!.Number] = (expected, overlay);
            foreach (var gone in versions.Keys.Except(fixture.Configuration.Versions.Select(version => version.Number)).ToArray())
            {
                versions.Remove(gone);
            }
        }

        Assert.Equal(200, fixture.Configuration.Versions.Count);
    }

    private static bool IsRelated(string left, string right) => (left + ":").StartsWith(right + ":", StringComparison.Ordinal) || (right + ":").StartsWith(left + ":", StringComparison.Ordinal);

    private static Dictionary<string, string?> Change(Dictionary<string, string?> settings, Dictionary<string, string?> change)
    {
        var next = settings.Where(setting => !change.Keys.Any(key => IsRelated(setting.Key, key))).ToDictionary();
        foreach (var (key, value) in change.Where(pair => pair.Value is not null))
        {
            next[key] = value;
        }

        return next;
    }
}
