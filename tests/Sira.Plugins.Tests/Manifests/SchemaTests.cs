using System.Text;
using System.Text.Json;
using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;
using Sira.Testing;

namespace Sira.Plugins.Tests.Manifests;

/// <summary>The published schema and the page name the members that the reader knows.</summary>
public sealed class SchemaTests
{
    private static readonly string Docs = Path.Combine(RepositoryRoot.Path, "docs");

    [Theory]
    [InlineData("{ {0} }", "")]
    [InlineData("{ \"kernel\": { {0} } }", "kernel.anyOf.1.")]
    [InlineData("{ \"dependencies\": [{ {0} }] }", "dependencies.items.")]
    [InlineData("{ \"conflicts\": [{ {0} }] }", "conflicts.items.")]
    [InlineData("{ \"provides\": [{ {0} }] }", "provides.items.")]
    public void Schema_Members_AreThoseOfTheReader(string json, string place)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Docs, "sira-plugin.schema.json")));
        var element = schema.RootElement.GetProperty("properties");
        foreach (var part in place.Split('.', StringSplitOptions.RemoveEmptyEntries).Append("properties").Skip(place.Length == 0 ? 1 : 0))
        {
            element = int.TryParse(part, out var index) ? element[index] : element.GetProperty(part);
        }

        var errors = new ConfigurationErrors();
        PluginManifestReader.Read(Encoding.UTF8.GetBytes(json.Replace("{0}", "\"no such member at all\": 1", StringComparison.Ordinal)), "m", errors);

        var known = Assert.Single(errors.Items, static error => error.Problem.StartsWith("unknown member", StringComparison.Ordinal)).Fix["Known: ".Length..^1].Split(", ");
        Assert.Equal(known.Order(StringComparer.Ordinal), element.EnumerateObject().Select(static property => property.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Page_Example_IsAManifestWithoutMistakes()
    {
        var page = File.ReadAllText(Path.Combine(Docs, "plugin-manifest.md"));
        var json = page.Split("```json\n")[1].Split("```")[0];
        var errors = new ConfigurationErrors();

        Assert.Equal("Acme.Search 1.2.0", PluginManifestReader.Read(Encoding.UTF8.GetBytes(json), "page", errors)?.ToString());
        Assert.Empty(errors.Items);
    }
}
