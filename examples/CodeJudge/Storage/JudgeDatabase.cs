using Microsoft.EntityFrameworkCore;

namespace CodeJudge.Storage;

/// <summary>Represents the database of submissions and verdicts.</summary>
internal sealed class JudgeDatabase(DbContextOptions<JudgeDatabase> options) : DbContext(options)
{
    public DbSet<Submission> Submissions => Set<Submission>();

    public DbSet<Judgement> Judgements => Set<Judgement>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Submission>(submission =>
        {
            submission.HasIndex(entry => entry.Key).IsUnique();
            submission.HasIndex(entry => entry.Id, "IX_Waiting").HasFilter("IsJudged = 0");
            submission.HasOne(entry => entry.Judgement).WithOne().HasForeignKey<Judgement>(
                judgement => judgement.SubmissionId);
        });
        modelBuilder.Entity<Judgement>(judgement =>
        {
            judgement.HasKey(entry => entry.SubmissionId);
            judgement.Property(entry => entry.SubmissionId).ValueGeneratedNever();
            judgement.Property(entry => entry.Verdict).HasConversion<string>();
            judgement.HasMany(entry => entry.Tests).WithOne().HasForeignKey(test => test.SubmissionId);
        });
        modelBuilder.Entity<JudgedTest>(test =>
        {
            test.HasKey(entry => new { entry.SubmissionId, entry.Number });
            test.Property(entry => entry.Verdict).HasConversion<string>();
        });
    }
}
