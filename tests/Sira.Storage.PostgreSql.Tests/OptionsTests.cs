using Npgsql;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;

namespace Sira.Storage.PostgreSql.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Validate_AllMistakesAtOnce()
    {
        var errors = new ConfigurationErrors();

        new PostgreSqlEngineOptions { Name = " ", Schema = "Sira; DROP", CommandTimeout = TimeSpan.Zero, ExpiryInterval = TimeSpan.FromDays(2), Durability = (StorageDurability)9 }.Validate("Sira:Storage", errors);

        Assert.Equal(["Name", "ConnectionString", "Schema", "Durability", "CommandTimeout", "ExpiryInterval"], errors.Items.Select(static error => error.Path["Sira:Storage:".Length..]));
    }

    [Theory]
    [InlineData("Host=a;Password=secret-4711;Nonsense=1")]
    [InlineData("Host=a;Port=secret-4711")]
    [InlineData("secret-4711")]
    [InlineData("Password=secret-4711")]
    public void Validate_ConnectionStringThatIsNone_IsRefused_AndNotQuoted(string connectionString)
    {
        var errors = new ConfigurationErrors();

        new PostgreSqlEngineOptions { ConnectionString = connectionString }.Validate("x", errors);

        Assert.DoesNotContain("secret-4711", Assert.Single(errors.Items).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_BothConnections_IsRefused()
    {
        await using var source = NpgsqlDataSource.Create("Host=a");
        var errors = new ConfigurationErrors();

        new PostgreSqlEngineOptions { ConnectionString = "Host=a", DataSource = source }.Validate("x", errors);

        Assert.Single(errors.Items);
        Assert.Throws<SiraConfigurationException>(() => new PostgreSqlEngine(new PostgreSqlEngineOptions()));
    }

    [Fact]
    public void ToString_HasNoPassword() =>
        Assert.DoesNotContain("secret-4711", new PostgreSqlEngineOptions { ConnectionString = "Host=a;Password=secret-4711" }.ToString(), StringComparison.Ordinal);
}
