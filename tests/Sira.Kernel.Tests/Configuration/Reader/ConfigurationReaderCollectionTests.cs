namespace Sira.Kernel.Tests.Configuration.Reader;

public sealed class ConfigurationReaderCollectionTests : ReaderFixture
{
    [Fact]
    public void TryStrings_ArrayOrCommaSeparated_AreTheSame()
    {
        var reader = Read(("Text", "a, b c ,,d,"), ("Array:0", "a"), ("Array:1", " b c "), ("Array:2", ""), ("Array:10", "d"));

        Assert.True(reader.TryStrings("Text", out var text));
        Assert.True(reader.TryStrings("Array", out var array));

        Assert.Equal(["a", "b c", "d"], text);
        Assert.Equal(text, array);
        Assert.Empty(Errors.Items);
    }

    [Fact]
    public void TryStrings_OnlySeparatorsOrBlankEntries_IsAbsent()
    {
        var reader = Read(("Text", " , ,"), ("Array:0", " "));

        Assert.False(reader.TryStrings("Text", out _));
        Assert.False(reader.TryStrings("Array", out _));
        Assert.Empty(Errors.Items);
    }

    [Fact]
    public void TryStrings_BothOrNested_IsAMistake()
    {
        var reader = Read(("Both", "a"), ("Both:0", "b"), ("Nested:0", "a"), ("Nested:1:Name", "b"));

        Assert.False(reader.TryStrings("Both", out _));
        Assert.False(reader.TryStrings("Nested", out var values));

        Assert.Empty(values);
        Assert.Equal(["Sira:Both", "Sira:Nested:1"], Errors.Items.Select(error => error.Path));
    }

    [Fact]
    public void TryMap_Entries_AreReadIgnoringTheCaseOfKeys()
    {
        var reader = Read(("Headers:X-Team", "blue "), ("Headers:X-Cleared", ""));

        Assert.True(reader.TryMap("Headers", out var values));

        Assert.Equal("blue", values["x-team"]);
        Assert.Single(values);
    }

    [Fact]
    public void TryMap_TextOrNested_IsAMistake()
    {
        var reader = Read(("Text", "a"), ("Nested:Good", "a"), ("Nested:Bad:Deep", "b"));

        Assert.False(reader.TryMap("Text", out _));
        Assert.False(reader.TryMap("Nested", out var values));

        Assert.Empty(values);
        Assert.Equal(["Sira:Text", "Sira:Nested:Bad"], Errors.Items.Select(error => error.Path));
    }

    [Fact]
    public void TrySection_Child_IsReadUnderItsPath()
    {
        var reader = Read(("Retry:Attempts", "x"), ("Text", "a"));

        Assert.True(reader.TrySection("Retry", out var child));
        Assert.False(child.TryInt32("Attempts", out _, 1, 9));
        Assert.False(reader.TrySection("Text", out var none));

        Assert.Null(none);
        Assert.Equal(["Sira:Retry:Attempts", "Sira:Text"], Errors.Items.Select(error => error.Path));
    }

    [Fact]
    public void Children_OfASection_AreOpenedByName()
    {
        var reader = Read(("Routes:default:Strategy", "a"), ("Routes:cheap:Strategy", "b"), ("Routes:empty", ""), ("Routes:wrong", "text"));

        var children = reader.Children("Routes").ToDictionary(child => child.Name, child => child.Reader);

        Assert.Equal(["cheap", "default", "empty"], children.Keys.Order());
        Assert.True(children["cheap"].TryString("Strategy", out var strategy));
        Assert.Equal("b", strategy);
        Assert.False(children["empty"].TryString("Strategy", out _));
        Assert.Equal("Sira:Routes:wrong: holds the single value 'text', but a section is expected. Write nested keys instead.", Assert.Single(Errors.Items).ToString());
    }

    [Fact]
    public void Children_OfAText_IsOneMistake()
    {
        Assert.Empty(Read(("Routes", "default")).Children("Routes"));
        Assert.Equal("Sira:Routes", Assert.Single(Errors.Items).Path);
    }
}
