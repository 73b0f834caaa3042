using Sira.Plugins.Loading.Packages;

namespace Sira.Plugins.Loading.Tests.Packages;

public class Crc32Tests
{
    [Fact]
    public void Append_CheckString_IsTheCheckValue() => Assert.Equal(0xCBF43926, Crc32.Append(0, "123456789"u8));

    [Fact]
    public void Append_InParts_IsTheSame() => Assert.Equal(0xCBF43926, Crc32.Append(Crc32.Append(Crc32.Append(0, []), "1234"u8), "56789"u8));
}
