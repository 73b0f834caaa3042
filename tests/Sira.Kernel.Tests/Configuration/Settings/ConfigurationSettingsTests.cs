using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration.Settings;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Configuration.Settings;

public class ConfigurationSettingsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Capture_ReadsAsTheHostsSectionDoes(int seed)
    {
        var random = new SeededRandomSource(seed);
        var host = new ConfigurationManager();
        for (var i = 0; i < 300; i++)
        {
            var path = string.Join(':', Enumerable.Range(0, 1 + random.Next(4)).Select(_ => random.Next(3) switch { 0 => $"{random.Next(14)}", 1 => $"Key{random.Next(9)}", _ => $"kEY{random.Next(9)}" }));
            host["Sira:" + path] = random.Next(9) == 0 ? null : $"value {i}";
        }

        var section = host.GetSection("Sira");
        var captured = ConfigurationSettings.Capture(section).ToSection("Sira", section)!;
        host["Sira:Key1"] = "later";

        Compare(new ConfigurationBuilder().AddInMemoryCollection(captured.AsEnumerable()).Build().GetSection("Sira"), captured);
        host["Sira:Key1"] = captured["Key1"];
        Compare(section, captured);
        Assert.Equal(ConfigurationSettings.Capture(section), ConfigurationSettings.Capture(captured));
    }

    [Fact]
    public void ToSection_OfNothing_IsNoSectionWithoutAHost()
    {
        Assert.Null(ConfigurationSettings.Empty.ToSection("Sira", null));
        var section = ConfigurationSettings.Empty.With([new("A:B", "1")]).ToSection("Sira", null)!;
        Assert.Equal("1", section["a:b"]);
        Assert.Equal("Sira:A:B", section.GetSection("A").GetSection("B").Path);
        Assert.Null(section.GetSection("X:Y").Value);
        Assert.Equal("Sira:X:Y", section.GetSection("X:Y").Path);
        Assert.Throws<InvalidOperationException>(() => section["A"] = "1");
        Assert.False(section.GetReloadToken().HasChanged);
    }

    [Theory]
    [InlineData("Backends:openai:ApiKey", "abc", true)]
    [InlineData("Backends:openai:ApiKeys:0", "abc", true)]
    [InlineData("Backends:openai:Headers:x", "abc", true)]
    [InlineData("Backends:x:AccessToken", "abc", true)]
    [InlineData("Store:ConnectionString", "abc", true)]
    [InlineData("Backends:openai:DefaultModel", "sk-abc", true)]
    [InlineData("Limits:0:TokensPerMinute", "1000", false)]
    [InlineData("Routes:default:Targets", "openai/gpt-5-mini", false)]
    [InlineData("Aliases:fast", "@default", false)]
    [InlineData("Backends:openai:ApiKey", "", false)]
    public void IsSecret_GoesByKeyAndValue(string key, string value, bool expected) => Assert.Equal(expected, SettingRedactor.IsSecret(key, value));

    [Fact]
    public void Show_GivesEqualSecretsEqualTags_InOneProcessOnly()
    {
        var redactor = new SettingRedactor();
        Assert.Equal(redactor.Show("ApiKey", "one"), redactor.Show("Other:ApiKey", "one"));
        Assert.NotEqual(redactor.Show("ApiKey", "one"), redactor.Show("ApiKey", "two"));
        Assert.NotEqual(redactor.Show("ApiKey", "one"), new SettingRedactor().Show("ApiKey", "one"));
    }

    private static void Compare(IConfigurationSection expected, IConfigurationSection actual)
    {
        Assert.Equal((expected.Key, expected.Path, expected.Value), (actual.Key, actual.Path, actual.Value));
        var children = actual.GetChildren().ToArray();
        Assert.Equal(expected.GetChildren().Select(child => child.Key), children.Select(child => child.Key), StringComparer.OrdinalIgnoreCase);
        foreach (var (left, right) in expected.GetChildren().Zip(children))
        {
            Assert.Equal(left.Value, actual.GetSection(left.Key).Value);
            Assert.Equal(left.Value, right.Value);
            CompareBelow(left, right);
        }
    }

    private static void CompareBelow(IConfigurationSection expected, IConfigurationSection actual)
    {
        Assert.Equal(expected.GetChildren().Select(child => (child.Key.ToUpperInvariant(), child.Value)), actual.GetChildren().Select(child => (child.Key.ToUpperInvariant(), child.Value)));
        foreach (var (left, right) in expected.GetChildren().Zip(actual.GetChildren()))
        {
            CompareBelow(left, right);
        }
    }
}
