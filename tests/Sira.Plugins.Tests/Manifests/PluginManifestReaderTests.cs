using System.Text;
using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Tests.Manifests;

public sealed class PluginManifestReaderTests
{
    private const string Complete = """
        {
          "$schema": "https://example.com/sira-plugin.schema.json",
          "id": "Acme.Search",
          "version": "1.2.0-beta.1+build.7",
          "description": "Searches.",
          "authors": ["Ada", "Grace"],
          "license": "MIT",
          "entryAssembly": "lib/Acme.Search.dll",
          "entryType": "Acme.Search.SearchPlugin",
          "kernel": { "builtFor": "1.4", "role": "implements" },
          "dependencies": [
            { "plugin": "Acme.Text", "range": "[1.2,2.0)" },
            { "contract": "Acme.Index", "builtFor": "1.4", "role": "implements" },
            { "contract": "Acme.Store", "builtFor": "1.4" },
            { "plugin": "Acme.Extra", "range": "1.2.*", "optional": true }
          ],
          "conflicts": [{ "plugin": "Old.Search", "range": "(,2.0)" }],
          "provides": [{ "contract": "Acme.Search.Query", "version": "1.1" }],
          "permissions": ["storage", "network: api.example.com", "bus.publish: orders.>"]
        }
        """;

    [Fact]
    public void Read_CompleteManifest_ReadsAll()
    {
        var manifest = Read(Complete);

        Assert.Equal(("Acme.Search", "1.2.0-beta.1+build.7", "Searches.", "MIT"), (manifest.Id, manifest.Version.ToFullString(), manifest.Description, manifest.License));
        Assert.Equal(["Ada", "Grace"], manifest.Authors);
        Assert.Equal(("lib/Acme.Search.dll", "Acme.Search.SearchPlugin"), (manifest.EntryAssembly, manifest.EntryType));
        Assert.Equal(("[1.4.0, 1.5.0)", ContractRole.Implements), (manifest.Kernel.ToNormalizedString(), manifest.KernelRole));
        Assert.Equal(
            ["Plugin Acme.Text ≥ 1.2.0 < 2.0.0 Consumes False", "Contract Acme.Index ≥ 1.4.0 < 1.5.0 Implements False", "Contract Acme.Store ≥ 1.4.0 < 2.0.0 Consumes False", "Plugin Acme.Extra 1.2.* Consumes True"],
            manifest.Dependencies.Select(static dependency => $"{dependency.Target} {dependency.Name} {dependency.Range.Describe()} {dependency.Role} {dependency.Optional}"));
        Assert.Equal(("Old.Search", "< 2.0.0"), (manifest.Conflicts[0].Id, manifest.Conflicts[0].Range.Describe()));
        Assert.Equal(("Acme.Search.Query", "1.1.0"), (manifest.Provides[0].Name, manifest.Provides[0].Version.ToNormalizedString()));
        Assert.Equal([new("storage"), new("network", "api.example.com"), new("bus.publish", "orders.>")], manifest.Permissions);
    }

    [Fact]
    public void Write_ManifestRead_ReadsBackEqual_AndWritesTheSameBytes()
    {
        var manifest = Read(Complete);

        var written = PluginManifestWriter.Write(manifest);
        var again = Read(written);

        Assert.Equal(manifest, again);
        Assert.Equal(manifest.GetHashCode(), again.GetHashCode());
        Assert.Equal(written, PluginManifestWriter.Write(again));
        Assert.NotEqual(manifest, again with { Description = "Other." });
        Assert.Contains("""{ "contract": "Acme.Index", "range": "[1.4.0, 1.5.0)", "role": "implements" }""", Squeeze(written), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Least_WritesNothingElse() => Assert.Equal(
        """{ "id": "a", "version": "1.0.0", "kernel": "*" } """,
        Squeeze(PluginManifestWriter.Write(Support.Plugins.Manifest("a 1.0.0"))));

    [Fact]
    public void Read_ManyMistakes_TellsAllWithValueAndFix()
    {
        var errors = Errors("""
            {
              "id": "Acme Search",
              "version": "1.2",
              "kernal": "1.0",
              "entryType": "X",
              "dependencies": [
                { "plugin": "a" },
                { "plugin": "b", "contract": "c", "range": "1.0" },
                { "plugin": "d", "range": "^1.0" },
                { "plugin": "e", "range": "1.0", "builtFor": "1.0" },
                { "plugin": "f", "range": "1.0", "optional": "yes" },
                { "contract": "g", "builtFor": "1.4", "role": "implement" },
                { "plugin": "f h", "range": "1.0" },
                7
              ],
              "permissions": ["Storage", "network:"],
              "provides": {},
              "conflicts": [{ "plugin": "x", "range": "[2.0,1.0]" }],
              "id": "again",
              "license": 1
            }
            """);

        Assert.Equal(
            [
                "m:id: is stated twice.",
                "m:version: '1.2' is not a version by SemVer 2.",
                "m:kernel: is missing.",
                "m:dependencies:0: states neither 'range' nor 'builtFor'.",
                "m:dependencies:1: names both a plugin and a contract.",
                "m:dependencies:2:range: '^1.0' is not a version range.",
                "m:dependencies:3: states both 'range' and 'builtFor'.",
                "m:dependencies:4:optional: is a text, but true or false is expected.",
                "m:dependencies:5:role: unknown role 'implement'.",
                "m:dependencies:7: is a number, but an object is expected.",
                "m:conflicts:0:range: '[2.0,1.0]' is not a version range.",
                "m:provides: is an object, but a list is expected.",
                "m:permissions:0: 'Storage' is not a permission.",
                "m:permissions:1: 'network:' is not a permission.",
                "m:license: is a number, but a text is expected.",
                "m:kernal: unknown member 'kernal'.",
            ],
            errors.Select(static error => $"{error.Path}: {error.Problem}"));
        Assert.StartsWith("Did you mean 'kernel'? Known: $schema, authors, conflicts,", errors[^1].Fix, StringComparison.Ordinal);
        Assert.Equal("Did you mean 'implements'? Known: consumes, implements.", errors[8].Fix);
        Assert.All(errors, static error => Assert.NotEmpty(error.Fix));
    }

    [Fact]
    public void Read_MembersThatContradict_AreFoundToo()
    {
        var errors = Errors("""
            {
              "id": "a", "version": "1.0.0", "kernel": "1.0", "entryAssembly": "../evil.dll",
              "dependencies": [{ "plugin": "A", "range": "1.0" }, { "plugin": "b c", "range": "1.0" }, { "plugin": "d", "range": "1.0" }, { "plugin": "D", "range": "2.0" }],
              "conflicts": [{ "plugin": "a", "range": "2.0" }],
              "provides": [{ "contract": "x", "version": "1.0" }, { "contract": "X", "version": "2.0" }],
              "permissions": ["storage", "storage"]
            }
            """);

        Assert.Equal(
            [
                "m:entryType: is missing, and the other of the two is there.",
                "m:entryAssembly: '../evil.dll' is not a file inside the plugin's folder.",
                "m:dependencies:0:plugin: 'A' is the plugin itself.",
                "m:dependencies:1:plugin: 'b c' cannot be the name of a plugin.",
                "m:dependencies:3: 'plugin D' stands at 2 already.",
                "m:conflicts:0:plugin: 'a' is the plugin itself.",
                "m:provides:1: 'X' stands at 0 already.",
                "m:permissions:1: 'storage' stands at 0 already.",
            ],
            errors.Select(static error => $"{error.Path}: {error.Problem}"));
    }

    [Theory]
    [InlineData("", "m: is not JSON at line 1, byte 1: ")]
    [InlineData("{", "m: is not JSON at line 1, byte 2: ")]
    [InlineData("{\n  \"id\": nope }", "m: is not JSON at line 2, byte 10: ")]
    [InlineData("[]", "m: is a list, but an object is expected.")]
    [InlineData("null", "m: is null, but an object is expected.")]
    [InlineData("{\"id\":\"a\",}", "m: is not JSON at line 1, byte 11: ")]
    [InlineData("[[[[[[[[[[[[]]]]]]]]]]]]", "m: is not JSON at line 1, byte 9: ")]
    public void Read_NoManifest_SaysWhereAndWhy(string json, string expected) => Assert.StartsWith(expected, Assert.Single(Errors(json)).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("a")]
    [InlineData("Acme.Search-2_x")]
    [InlineData("A1.b2")]
    public void Read_Ids_ByTheRulesOfNuGet(string id) => Assert.Equal(id, Read($$"""{ "id": "{{id}}", "version": "1.0.0", "kernel": "1.0" }""").Id);

    [Theory]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("Acme.Sеarch")] // a Cyrillic е
    [InlineData("a\\n")]
    [InlineData("a\\u0000")]
    [InlineData("a\\ud800")]
    public void Read_IdsThatAreNone_AreRefused(string id) => Assert.Equal("m:id", Assert.Single(Errors($$"""{ "id": "{{id}}", "version": "1.0.0", "kernel": "1.0" }""")).Path);

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.0.0.0")]
    [InlineData("01.0.0")]
    [InlineData("v1.0.0")]
    [InlineData("1.0.0-01")]
    [InlineData("99999999999.0.0")]
    [InlineData("-1.0.0")]
    public void Read_VersionsThatAreNoSemVer_AreRefused(string version) => Assert.Equal(
        $"m:version: '{version}' is not a version by SemVer 2. Write three numbers and, if need be, a prerelease label, such as '1.2.0' or '2.0.0-beta.1'.",
        Assert.Single(Errors($$"""{ "id": "a", "version": "{{version}}", "kernel": "1.0" }""")).ToString());

    [Theory]
    [InlineData("C:\\\\evil.dll")]
    [InlineData("/evil.dll")]
    [InlineData("\\\\\\\\server\\\\evil.dll")]
    [InlineData("lib/../../evil.dll")]
    [InlineData("lib//evil.dll")]
    [InlineData("evil.dll\\u0000.txt")]
    public void Read_EntryOutsideTheFolder_IsRefused(string file) =>
        Assert.Equal("m:entryAssembly", Assert.Single(Errors($$"""{ "id": "a", "version": "1.0.0", "kernel": "1.0", "entryType": "T", "entryAssembly": "{{file}}" }""")).Path);

    [Fact]
    public void Read_HostileSizes_AreRefusedShortly()
    {
        Assert.Equal("m: is longer than 256 KiB.", Problem(new string(' ', (256 * 1024) + 1)));
        Assert.Equal("m:permissions: has 257 entries.", Problem($$"""{ "id": "a", "version": "1.0.0", "kernel": "1.0", "permissions": [{{string.Join(',', Enumerable.Range(0, 257).Select(static i => $"\"p{i}\""))}}] }"""));
        Assert.Equal("m:description: has 4097 characters; at most 4096 are allowed.", Problem($$"""{ "id": "a", "version": "1.0.0", "kernel": "1.0", "description": "{{new string('x', 4097)}}" }"""));
        Assert.InRange(Problem($$"""{ "id": "a", "version": "{{new string('9', 4000)}}", "kernel": "1.0" }""").Length, 1, 200);
        var errors = Errors("{" + string.Join(',', Enumerable.Range(0, 5000).Select(static i => $"\"x{i}\":0")) + "}");
        Assert.Equal(101, errors.Count);
        Assert.Equal("m: has 4903 more mistakes. Correct those above first.", errors[^1].ToString());
    }

    [Fact]
    public void Read_EveryPrefixAndEveryByteChanged_NeverThrows()
    {
        var bytes = Encoding.UTF8.GetBytes(Complete);
        for (var i = 0; i < bytes.Length; i++)
        {
            Read(bytes.AsMemory(0, i));
            var original = bytes[i];
            foreach (var other in (ReadOnlySpan<byte>)[0, (byte)'"', (byte)'\\', 0x80, 0xFF, (byte)'9'])
            {
                bytes[i] = other;
                Read(bytes);
            }

            bytes[i] = original;
        }

        static void Read(ReadOnlyMemory<byte> json)
        {
            var errors = new ConfigurationErrors();
            Assert.True(PluginManifestReader.Read(json, "m", errors) is null == errors.Items.Count > 0);
        }
    }

    [Fact]
    public void ReadFile_MissingFile_IsAMistake()
    {
        var errors = new ConfigurationErrors();

        Assert.Null(PluginManifestReader.ReadFile("/nowhere/sira-plugin.json", errors));
        Assert.StartsWith("/nowhere/sira-plugin.json: cannot be read: ", Assert.Single(errors.Items).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFile_WithByteOrderMark_IsRead()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Complete, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            var errors = new ConfigurationErrors();

            Assert.Equal("Acme.Search", PluginManifestReader.ReadFile(file, errors)?.Id);
            Assert.Empty(errors.Items);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static PluginManifest Read(string json)
    {
        var errors = new ConfigurationErrors();
        var manifest = PluginManifestReader.Read(Encoding.UTF8.GetBytes(json), "m", errors);
        Assert.Empty(errors.Items);
        return manifest!;
    }

    private static IReadOnlyList<ConfigurationError> Errors(string json)
    {
        var errors = new ConfigurationErrors();
        Assert.Null(PluginManifestReader.Read(Encoding.UTF8.GetBytes(json), "m", errors));
        return errors.Items;
    }

    private static string Problem(string json) => Assert.Single(Errors(json)) is var error ? $"{error.Path}: {error.Problem}" : string.Empty;

    private static string Squeeze(string json) => string.Join(' ', json.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)) + " ";
}
