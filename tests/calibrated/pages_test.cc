// The numbers that the pages of the calibrated model work out are those of the program.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/json_reader.h"
#include "calculon/base/field.h"
#include "calculon/hardware/calibration.h"
#include "calculon/hardware/provenance.h"
#include "calculon/hardware/system.h"
#include "calculon/workload/parameter_count.h"
#include "calculon/workload/transformer.h"
#include "calibrated/block_exchanges.h"
#include "calibrated/block_inventory.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/calibrated_execution_json.h"
#include "calibrated/step_time.h"
#include "support/findings.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

constexpr double kMicro = 1e6;
constexpr double kMilli = 1e3;
constexpr double kMillion = 1e6;
constexpr double kBytesOfGiB = 1024.0 * 1024 * 1024;
constexpr double kBytesOfMiB = 1024.0 * 1024;

// A page, and which lines of it are missing.
class Page {
 public:
  explicit Page(const std::string& name) : text_("\n" + source_text(name)) {}

  void has_line(const std::string& line) {
    findings_.add_unless(text_.find("\n" + line + "\n") != std::string::npos, "expected " + line);
  }
  void check() const {
    INFO(findings_.text());
    CHECK(findings_.empty());
  }

 private:
  std::string text_;
  Findings findings_;
};

bool is_system(const std::string& name) {
  return std::filesystem::exists(source_path("systems/" + name + ".json"));
}

System bundled_system(const std::string& name) {
  return read_system(source_path("systems/" + name + ".json"));
}

// A bundled model, execution and system, and what the program makes of them.
struct Worked {
  Transformer model;
  CalibratedExecution execution;
  System system = bundled_system("h100-80g-nemo");

  Worked(const std::string& model_name, const std::string& execution_name)
      : model(read_transformer(source_path("models/" + model_name + ".json"))),
        execution(to_calibrated_execution(JsonReader(
            "execution", Json::parse(source_text("examples/" + execution_name + ".json"))))) {}

  CalibratedStats stats() const {
    return std::get<CalibratedStats>(evaluate_calibrated(model, system, execution));
  }
  Machine machine() const { return machine_of(system, execution); }
  RankPlacement placement() const {
    return place_groups(execution, machine().domain, model.details.num_experts > 0);
  }
  RankShape shape() const { return rank_shape(model, execution); }
  BlockTime block() const { return block_time(model, execution, machine(), placement()); }
  BlockInventory inventory() const { return block_inventories(model, system, execution).front(); }
};

Worked dense_example() {
  return {"llama-3.1-70b", "llama-3.1-70b_512_t4_p4"};
}
Worked mixture_example() {
  return {"mixtral-8x7b", "mixtral-8x7b_128_e8"};
}
Worked sharded_example() {
  return {"llama-3.1-8b", "llama-3.1-8b_64_fsdp"};
}
Worked float8_example() {
  return {"llama-3.1-405b", "llama-3.1-405b_1024_fp8"};
}

std::string product_line(const BlockProduct& row) {
  const double rate = 2 * row.m * row.n * row.k * row.count / row.forward;
  return fmt::format("{:<18}{:>6} {:>6} {:>6} {:>9.1f} us {:>9.1f} us {:>5.0f} TFLOP/s", row.name,
                     row.m, row.n, row.k, kMicro * row.forward, kMicro * row.backward, rate / 1e12);
}

// "165, 3.4, 8.74": runs, mean and ninth decile of an error.
std::string error_text(const ErrorFigures& error) {
  return fmt::format("{}, {:.12g}, {:.12g}", error.runs, error.mean, error.p90);
}

}  // namespace

TEST_CASE("the calibrated page has the errors of the files that it names", "[docs][calibrated]") {
  std::size_t rows = 0;
  for (const std::string& line : lines_of(source_text("docs/calibrated.md"))) {
    const std::size_t end = line.find("` |", 3);
    if (!line.starts_with("| `") || end == std::string::npos ||
        !is_system(line.substr(3, end - 3))) {
      continue;
    }
    ++rows;
    const Provenance provenance = bundled_system(line.substr(3, end - 3)).provenance;
    INFO(line);
    CHECK_THAT(line, Catch::Contains("| " + provenance.stack + " |") &&
                         Catch::EndsWith(fmt::format(" | {} | {} |",
                                                     error_text(*provenance.calibration_error),
                                                     error_text(*provenance.gate_error))));
  }
  CHECK(rows == 14);
  for (const char* name : {"a100", "h100", "b200", "v100"}) {
    CHECK_THAT(source_text("docs/calibrated.md"),
               Catch::Contains(fmt::format(
                   "`{}` {}", name, error_text(*bundled_system(name).provenance.gate_error))));
  }
}

TEST_CASE("the page on time has the numbers of a block", "[docs][calibrated]") {
  Page page("docs/steptime.md");
  const Worked dense = dense_example();
  const Worked mixture = mixture_example();
  for (const Worked* worked : {&dense, &mixture}) {
    for (const BlockProduct& row : worked->inventory().products) {
      page.has_line(product_line(row));
    }
  }
  const BlockTime block = dense.block();
  page.has_line(fmt::format("attention of a block, 70B: forward {:.1f} us, backward {:.1f} us",
                            kMicro * block.forward.attention, kMicro * block.backward.attention));
  page.has_line(fmt::format("a block, 70B: forward {:.1f} us, backward {:.1f} us",
                            kMicro * block.forward.elementwise,
                            kMicro * block.backward.elementwise));
  const BlockTime experts = mixture.block();
  page.has_line(fmt::format("a block, mixture: forward {:.1f} us, backward {:.1f} us",
                            kMicro * experts.forward.elementwise,
                            kMicro * experts.backward.elementwise));
  const CalibratedStats float8 = float8_example().stats();
  page.has_line(fmt::format("FP8: casts {:.4f} s and products {:.4f} s of a step of {:.4f} s",
                            float8.time.casts, float8.time.products, float8.total_time));
  page.has_line(fmt::format("128 MiB in the tensor group of 4, 70B: {:.1f} us",
                            kMicro * dense.inventory().exchanges.front().seconds));
  page.has_line(fmt::format("tensor traffic of a block, 70B: {:.1f} us a pass",
                            kMicro * block.forward.tensor_par));
  page.has_line(fmt::format("exchange of a block, mixture: {:.1f} us a pass",
                            kMicro * experts.forward.expert_par));
  page.check();
}

TEST_CASE("the page on time has the numbers of changed examples", "[docs][calibrated]") {
  Page page("docs/steptime.md");
  Worked longer = dense_example();
  longer.model.seq_size = 32768;
  longer.execution.context_par = 16;
  const BlockTime block = longer.block();
  const Exchange ring =
      context_exchange(longer.shape(), longer.machine(), longer.placement(), false);
  page.has_line(
      fmt::format("70B on sequences of 32,768 with c = 16: ring {:.1f} us, attention {:.1f} us, "
                  "exposed {:.1f} us",
                  kMicro * ring.per_pass(), kMicro * block.forward.attention,
                  kMicro * block.forward.context_par));

  Worked repeated = dense_example();
  repeated.execution.activation_recompute = CalibratedRecompute::kFull;
  const CalibratedStats stats = repeated.stats();
  page.has_line(fmt::format("70B with full recomputation: {:.4f} s of a step of {:.4f} s",
                            stats.time.recompute, stats.total_time));
  CHECK_THAT(source_text("docs/using.md"),
             Catch::Contains(fmt::format("would take {:.2f} s and its fullest stage {:.1f} GiB",
                                         stats.total_time, stats.memory.peak / kBytesOfGiB)));

  Worked eager = dense_example();
  const BlockTime usual = eager.block();
  page.has_line(
      fmt::format("launches of a block's forward, 70B: {:.1f} us under {:.1f} us of work",
                  kMicro * 1.25 * eager.machine().constants.host_kernel_seconds * usual.launches,
                  kMicro * usual.forward_seconds));
  eager.model.seq_size = 512;
  eager.system.calibration->host_kernel_seconds = 60e-6;
  const BlockTime slow = eager.block();
  page.has_line(fmt::format(
      "70B on sequences of 512 at 60 us a kernel: {:.1f} us, of which the work is {:.1f} us",
      kMicro * slow.forward_seconds, kMicro * slow.forward.total()));
  page.check();
}

TEST_CASE("the page on time has the numbers of a step", "[docs][calibrated]") {
  Page page("docs/steptime.md");
  const Worked dense = dense_example();
  const CalibratedStats stats = dense.stats();
  const BlockTime block = dense.block();
  page.has_line(fmt::format(
      "70B, a microbatch: head {:.4f} ms, embedding {:.4f} ms, a block {:.4f} ms",
      kMilli * stats.head_time, kMilli * stats.embedding_time, kMilli * block.seconds()));
  page.has_line(fmt::format("70B: bubble {:.4f} s = 60 blocks * {:.4f} ms / 5 + {:.4f} ms",
                            60 * block.seconds() / 5 + stats.embedding_time,
                            kMilli * block.seconds(), kMilli * stats.embedding_time));
  CHECK(stats.time.bubble == Approx(60 * block.seconds() / 5 + stats.embedding_time));
  page.has_line(fmt::format("70B: transfers {:.4f} s", stats.time.pipeline_par));
  page.has_line(fmt::format("70B: optimizer {:.1f} ms", kMilli * stats.time.optimizer));
  const double work = 32 * (20 * block.seconds() + stats.head_time);
  page.has_line(fmt::format("70B: 32 * (20 * {:.4f} ms + {:.4f} ms) = {:.4f} s",
                            kMilli * block.seconds(), kMilli * stats.head_time, work));
  page.has_line(fmt::format("     step {:.4f} s, of which straggler {:.4f} s; MFU {:.2f} %",
                            stats.total_time, stats.time.straggler, 100 * stats.mfu));
  const double rank =
      20 * block_weights(dense.model).dense / 4 + padded_vocabulary(dense.model, 4) * 8192 / 4;
  const auto traffic = [&](double bytes) {
    return collective_seconds(dense.machine(), GroupOp::kScatterOrGather, bytes * rank,
                              dense.placement().data);
  };
  page.has_line(
      fmt::format("70B: {:.1f} M elements of a rank, reduced in {:.4f} s, gathered in {:.4f} s, "
                  "exposed {:.4f} s",
                  rank / kMillion, traffic(4), traffic(2), stats.time.data_par));
  page.check();
}

TEST_CASE("the page on time has the numbers of a sharded step", "[docs][calibrated]") {
  Page page("docs/steptime.md");
  const Worked worked = sharded_example();
  const double own =
      block_weights(worked.model).dense +
      2 * padded_vocabulary(worked.model, 1) * static_cast<double>(worked.model.hidden) / 32;
  const double gather = collective_seconds(worked.machine(), GroupOp::kScatterOrGather, 2 * own,
                                           worked.placement().shard);
  const BlockTime block = worked.block();
  page.has_line(fmt::format("sharded: {:.1f} M elements a block, gathered or reduced in {:.2f} ms",
                            own / kMillion, kMilli * gather));
  page.has_line(
      fmt::format("         beside {:.2f} ms forward and {:.2f} ms backward, exposed {:.4f} s",
                  kMilli * block.forward_seconds, kMilli * block.backward_seconds,
                  worked.stats().time.data_par));
  page.check();
}

TEST_CASE("the page on time says what neutral constants are", "[docs][calibrated]") {
  const std::string text = source_text("docs/steptime.md");
  const Calibration neutral;
  for_each_field(kCalibrationRows, [&](const auto& row) {
    if (row.name != "processor_units") {  // of the data sheet
      CHECK_THAT(text,
                 Catch::Contains(fmt::format("\n| `{}` | {} | ", row.name, neutral.*row.member)));
    }
  });
}

TEST_CASE("the page on memory has the numbers of the examples", "[docs][calibrated]") {
  Page page("docs/stagememory.md");
  const Worked dense = dense_example();
  const BlockInventory inventory = dense.inventory();
  for (const auto& field : kKeptTensorFields) {
    if (const double bytes = inventory.kept.*field.member; bytes > 0) {
      page.has_line(
          fmt::format("{:<12}{:>9.3f} MiB   {}", field.name, bytes / kBytesOfMiB, field.help));
    }
  }
  page.has_line(fmt::format("{:<12}{:>9.3f} MiB   a block and microbatch", "all",
                            inventory.kept_bytes / kBytesOfMiB));
  const CalibratedStats stats = dense.stats();
  for (std::size_t i = 0; i < stats.stages.size(); ++i) {
    std::string line = fmt::format("{:>5}", i);
    const StageMemory& stage = stats.stages[i];
    for (const double bytes : {stage.parameters, stage.gradients, stage.optimizer, stage.workspaces,
                               stage.retained, stage.activations, stage.working, stage.peak}) {
      line += fmt::format(" {:>12.3f}", bytes / kBytesOfGiB);
    }
    page.has_line(line);
  }
  const CalibratedStats mixture = mixture_example().stats();
  for (const auto& [name, need] : {std::pair("70B", &stats.memory), {"mixture", &mixture.memory}}) {
    page.has_line(fmt::format("{}: {:.3f} GiB to {:.3f} GiB of {:.3f} GiB, {}", name,
                              need->device_low / kBytesOfGiB, need->device_high / kBytesOfGiB,
                              need->capacity / kBytesOfGiB, enum_name(need->verdict)));
  }
  page.check();
}

}  // namespace calculon::test
