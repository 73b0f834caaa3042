using System.Text.Json;
using Sira.Simulation.Generation;

namespace Sira.Simulation.Tests.Generation;

public sealed class JsonSchemaSamplerTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "\"simulated\"")]
    [InlineData("""{"type":"integer","minimum":10,"maximum":12,"multipleOf":4}""", "12")]
    [InlineData("""{"type":"integer","exclusiveMinimum":1}""", "2")]
    [InlineData("""{"type":"number","maximum":1}""", "1")]
    [InlineData("""{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}""", "0.5")]
    [InlineData("""{"type":"integer","exclusiveMaximum":1}""", "0")]
    [InlineData("""{"type":["null","boolean"]}""", "true")]
    [InlineData("""{"type":"null"}""", "null")]
    [InlineData("""{"enum":["b","a"]}""", "\"b\"")]
    [InlineData("""{"const":{"x":1}}""", """{"x":1}""")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2}""", "[1,1]")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"maxItems":0}""", "[]")]
    [InlineData("""{"type":"string","format":"date"}""", "\"2026-01-01\"")]
    [InlineData("""{"type":"string","minLength":12,"maxLength":12}""", "\"simulatedxxx\"")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"boolean"},"b":{"type":"integer"}},"required":["b"]}""", """{"b":1}""")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"STRING"},"n":{"type":"INTEGER"}}}""", """{"a":"simulated a","n":1}""")]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"integer"}]}""", "1")]
    [InlineData("""{"oneOf":[{"type":"boolean"},{"type":"integer"}]}""", "true")]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"type":"object","properties":{"b":{"type":"boolean"}},"required":["b"]}]}""", """{"a":1,"b":true}""")]
    [InlineData("""{"$ref":"#/$defs/p","$defs":{"p":{"type":"object","properties":{"v":{"$ref":"#/$defs/a~1b"}},"required":["v"]},"a/b":{"type":"boolean"}}}""", """{"v":true}""")]
    [InlineData("""{"$ref":"https://elsewhere.test/schema"}""", "{}")]
    [InlineData("true", "{}")]
    public void Sample_OfSchema_IsTheSmallestInstance(string schema, string expected) =>
        Assert.Equal(expected, JsonSchemaSampler.Sample(JsonDocument.Parse(schema).RootElement));

    [Theory]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["next"]}}}""")]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#/$defs/n"}}},"required":["children"]}}}""")]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"type":"object","properties":{"self":{"$ref":"#"}},"required":["self"]}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"},"d":{"$ref":"#"},"e":{"$ref":"#"}},"required":["a","b","c","d","e"]}""")]
    [InlineData("""{"type":"array","minItems":1000,"items":{"type":"array","minItems":1e300,"items":{"type":"string","maxLength":-1}}}""")]
    [InlineData("""{"type":"object","properties":{"n":{"type":"number","minimum":1e400},"i":{"type":"integer","minimum":1e300}}}""")]
    public void Sample_OfRecursiveOrAbsurdSchema_Ends(string schema)
    {
        var sample = JsonSchemaSampler.Sample(JsonDocument.Parse(schema).RootElement);

        Assert.InRange(sample.Length, 1, 500_000);
        JsonDocument.Parse(sample).Dispose();
    }

    [Theory]
    [InlineData("What is the weather in New York?", "city", "\"New York\"")]
    [InlineData("Compare \"red wine\" with beer", "left", "\"red wine\"")]
    [InlineData("tell me about whales", "query", "\"tell me about whales\"")]
    [InlineData("What now?", "city", "\"simulated city\"")]
    public void Sample_WithHints_TakesStringsFromTheText(string text, string property, string expected) =>
        Assert.Equal($$"""{"{{property}}":{{expected}}}""", JsonSchemaSampler.Sample(JsonDocument.Parse("""{"type":"object","properties":{"NAME":{"type":"string"}}}""".Replace("NAME", property, StringComparison.Ordinal)).RootElement, new ValueHints(text)));

    [Fact]
    public void Sample_WithHints_TakesNumbersInOrder() =>
        Assert.Equal("""{"a":6,"b":7}""", JsonSchemaSampler.Sample(JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"integer"}}}""").RootElement, new ValueHints("What is 6 times 7?")));
}
