using Sira.Storage.Errors;

namespace Sira.Storage.Tests.Errors;

public sealed class SystemErrorsTests
{
    public static TheoryData<int, int, StorageErrorKind, bool, string> Numbers { get; } = new()
    {
        { 30, 0x13, StorageErrorKind.ReadOnly, false, "its file system is read-only" },
        { 28, 0x70, StorageErrorKind.Full, false, "there is no room" },
        { 122, 0x27, StorageErrorKind.Full, false, "there is no room" },
        { 11, 0x20, StorageErrorKind.Busy, true, "another engine has it open" },
        { 35, 0x21, StorageErrorKind.Busy, true, "another engine has it open" },
        { 5, 0x45, StorageErrorKind.Unavailable, true, "as the system says" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Make_NumberOfTheSystem_SaysWhatItMeans(int errno, int windows, StorageErrorKind kind, bool isTransient, string problem)
    {
        var cause = new IOException("as the system says", OperatingSystem.IsWindows() ? unchecked((int)0x80070000) | windows : errno);

        var made = SystemErrors.Make("main", "/data/sira.db", cause);

        Assert.Equal((kind, isTransient), (made.Kind, made.IsTransient));
        Assert.Same(cause, made.InnerException);
        Assert.StartsWith($"The engine 'main' cannot use '/data/sira.db': {problem}", made.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_ExceptionsOfTheirOwn_SayTheFix()
    {
        Assert.Equal(
            [(StorageErrorKind.Unavailable, true), (StorageErrorKind.ReadOnly, true), (StorageErrorKind.Unavailable, true)],
            ((Exception[])[new DirectoryNotFoundException(), new UnauthorizedAccessException(), new PathTooLongException()])
                .Select(static cause => SystemErrors.Make("main", "sira.db", cause))
                .Select(static made => (made.Kind, made.Message.Contains("Name ", StringComparison.Ordinal) || made.Message.Contains("name another", StringComparison.Ordinal))));
    }
}
