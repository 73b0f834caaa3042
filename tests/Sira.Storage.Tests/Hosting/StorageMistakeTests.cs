using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Storage.Routing;
using Sira.Storage.Tests.Engines.Sqlite;
using Sira.Testing;

namespace Sira.Storage.Tests.Hosting;

public sealed class StorageMistakeTests
{
    [Fact]
    public void Rules_OfFileAndCode_AreNamedByTheirPlace()
    {
        var failed = Refused(
            static sira => sira.AddMemoryStorage("main").AddStorage(static storage =>
            {
                storage.Rules.Add(new StorageRule { Namespace = "c", Engine = "main" });
                storage.Rules.Add(new StorageRule { Namespace = "d", Engine = "mian" });
            }),
            ("Storage:Rules:0:Namespace", "a"),
            ("Storage:Rules:0:Engine", "main"),
            ("Storage:Rules:1:Namespace", "b"),
            ("Storage:Rules:1:Engine", "mian"),
            ("Storage:Rules:2:Namespace", "e"),
            ("Storage:Rules:2:Durability", "PowerLoss"),
            ("Storage:Rules:3:Namespace", "f"),
            ("Storage:Rules:3:Engine", "main"),
            ("Storage:Rules:3:Durability", "PowerLoss"));

        Assert.Equal(["Sira:Storage:Rules:1:Engine", "Sira:Storage:Rules:2", "Sira:Storage:Rules:3:Engine", "StorageOptions:Rules:1:Engine"], failed.Errors.Select(static error => error.Path));
    }

    [Theory]
    [InlineData("Y!", "'Y!' matches no namespace")]
    [InlineData("a*b", "'a*b' matches no namespace")]
    [InlineData("**", "'**' matches no namespace")]
    [InlineData("Sessions*", "'Sessions*' matches no namespace")]
    public void Rule_ThatNeverMatches_IsAMistake(string pattern, string problem)
    {
        var file = Refused(static sira => sira.AddMemoryStorage("main"), ("Storage:Rules:0:Namespace", pattern), ("Storage:Rules:0:Engine", "main"));
        var code = Refused(sira => sira.AddMemoryStorage("main").AddStorage(storage => storage.Rules.Add(new StorageRule { Namespace = pattern, Engine = "main" })));

        Assert.Equal("Sira:Storage:Rules:0:Namespace", Assert.Single(file.Errors).Path);
        Assert.Equal("StorageOptions:Rules:0:Namespace", Assert.Single(code.Errors).Path);
        Assert.Contains(problem, file.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_ThatDecidesNothing_IsAMistake()
    {
        var failed = Refused(
            static sira => sira.AddMemoryStorage("main").AddStorage(static storage => storage.Rules.Add(new StorageRule { Tenant = "acme" })),
            ("Storage:Rules:0", ""),
            ("Storage:Rules:1:Namespace", "notes"));

        Assert.Equal(["Sira:Storage:Rules:0", "Sira:Storage:Rules:1", "StorageOptions:Rules:0"], failed.Errors.Select(static error => error.Path));
        Assert.Contains("names no engine and asks for nothing", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyRing_SecretThatIsWrong_IsNamedAsInTheFile()
    {
        var failed = Refused(static sira => sira.AddMemoryStorage(), ("Storage:KeyRing:Current", "a"), ("Storage:KeyRing:Keys:a:Secret", "AAAA"));

        Assert.Equal("Sira:Storage:KeyRing:Keys:a:Secret", Assert.Single(failed.Errors).Path);
    }

    [Fact]
    public async Task Encryption_WithoutKeyRing_NamesTheSections()
    {
        await using var file = new TemporaryFile();

        var failed = Refused(sira => sira.AddSqliteStorage("main", new() { Path = file.Path }), ("Storage:Codec:Encryption", "AesGcm"));

        Assert.Equal("Sira:Storage:Codec:Encryption", Assert.Single(failed.Errors).Path);
        Assert.Contains("Sira:Storage:KeyRing", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Factory_ThatReturnsNothing_IsNamed()
    {
        using var services = Build(static sira => sira.AddStorageEngine("mine", static _ => null!));

        var failed = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<ISiraStorage>());

        Assert.Contains("'mine'", failed.Message, StringComparison.Ordinal);
        Assert.Contains("null", failed.Message, StringComparison.Ordinal);
    }

    private static SiraConfigurationException Refused(Action<ISiraBuilder> configure, params (string Key, string Value)[] settings)
    {
        using var services = Build(configure, settings);
        return Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<ISiraStorage>());
    }

    private static ServiceProvider Build(Action<ISiraBuilder> configure, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Sira:{setting.Key}", (string?)setting.Value))).Build());
        services.AddSira(configure).AddBackend("mine", static _ => new ScriptedChatClient());
        return services.BuildServiceProvider();
    }
}
