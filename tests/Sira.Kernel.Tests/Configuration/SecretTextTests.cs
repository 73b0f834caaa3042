using Sira.Kernel.Configuration;

namespace Sira.Kernel.Tests.Configuration;

public sealed class SecretTextTests
{
    [Theory]
    [InlineData("sk-test")]
    [InlineData("SK-ANT-1")]
    [InlineData(" sk-test ")]
    [InlineData("gsk_1")]
    [InlineData("xai-1")]
    [InlineData("AIzaSy")]
    [InlineData("Bearer abc")]
    [InlineData("me:hunter2@example.com")]
    [InlineData("https://example.com/v1?api_key=abc")]
    [InlineData("0a1b2c3d4e5f60718293a4b5c6d7e8f9")]
    [InlineData("d3b07384-d9a0-4f2c-9d5e-2f6a1b7c8d9e")]
    [InlineData("aB3dE6gH9jK2")]
    public void IsLikely_KeysAndCredentials_AreSecrets(string text)
    {
        Assert.True(SecretText.IsLikely(text));
        Assert.Equal("the value", SecretText.Quote(text));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("not an address")]
    [InlineData("localhost:11434")]
    [InlineData("my-company-openai-resource-eastus2.openai.azure.com")]
    [InlineData("https://gateway.example.com/v1/accounts/acme")]
    [InlineData("gpt-5-mini-2025-08-07")]
    [InlineData("99999999999")]
    [InlineData("")]
    public void IsLikely_NamesAddressesAndNumbers_AreNot(string text)
    {
        Assert.False(SecretText.IsLikely(text));
        Assert.Equal($"'{text}'", SecretText.Quote(text));
    }

    [Theory]
    [InlineData("no access with sk-1234 at db.example.com", "no access with … at db.example.com")]
    [InlineData("'sk-1234', refused", "… refused")]
    [InlineData("refused:\r\nsk-1234\tfor ann", "refused:\r\n…\tfor ann")]
    [InlineData("body {\"key\":\"sk-1234\"} sent to key:sk-1234", "body … sent to …")]
    [InlineData("\"Authorization: Bearer  abc\" at 10:30:45 (http://a.example.com/v1)", "\"Authorization: Bearer  … at 10:30:45 (http://a.example.com/v1)")]
    [InlineData("Authorization: Bearer abc is over", "Authorization: Bearer … is over")]
    [InlineData("user=ann of 12 failed 3 times.", "… of 12 failed 3 times.")]
    [InlineData("", "")]
    public void Mask_Words_HidesThoseThatMayBeSecretsAndKeepsTheRest(string text, string expected) => Assert.Equal(expected, SecretText.Mask(text));

    [Fact]
    public void Mask_LongText_IsCut() => Assert.Equal(1024, SecretText.Mask(new string('-', 5000)).Length);
}
