#include "cli/examples.h"

#include <array>

#include "text/folded_text.h"

namespace calculon {
namespace {

constexpr auto kExamples = std::to_array<Example>({
    {"llm", "calculon llm megatron-1T 3072_t4_p64_d12_mbs4_full a100_80g -",
     "Evaluate an execution and report as text."},
    {"llm", "calculon llm --layers megatron-1T 3072_t4_p64_d12_mbs4_full a100_80g stats.json.gz",
     "Write all statistics, with those of every layer, as compressed JSON."},
    {"llm", "calculon llm llama-3.1-70b llama-3.1-70b_512_t4_p4 h100 - --tokens 15e12",
     "Tell the days of a whole training run, too."},
    {"llm-parameter-calculator", "calculon llm-parameter-calculator mixtral-8x7b",
     "Count the parameters of a bundled model, by their parts."},
    {"launch",
     "calculon launch llama-3.1-70b llama-3.1-70b_512_t4_p4 --framework megatron -o train.sh",
     "Write the command line of Megatron-LM that runs an execution."},
    {"import", "calculon import train.sh -o run",
     "Read such a command line: run/model.json and run/execution.json are inputs of llm."},
    {"import", "calculon import examples/hugging-face/llama-3.1-70b.config.json -o llama.json",
     "Turn a configuration of Hugging Face into a model file."},
    {"llm-optimal-execution",
     "calculon llm-optimal-execution llama-3.1-70b 512 1024 bfloat16 h100 best.json --top-n 10",
     "Find the ten best ways to train a model on 512 GPUs with 1024 sequences a batch."},
    {"llm-optimal-execution",
     "calculon loe llama-3.1-70b 512 1024 bfloat16 h100 best.json --tp 4,8 --pp 1..8 --launchable "
     "megatron",
     "Only these degrees, and only what Megatron-LM can run."},
    {"llm-optimal-execution",
     "calculon loe gpt3-175B 512 512 float16 a100_80g best.json -t 10 --where "
     "'proc_mem_tier1_cap_req<60e9'",
     "By the published model, without what needs more than 60 GB."},
    {"llm-optimal-execution-moe",
     "calculon llm-optimal-execution-moe gpt-1.8T 1024 1024 float16 TwoTiered_HBD64 moe.json --moe "
     "16 --tp 8",
     "Find the best way to train a mixture of 16 experts, with 8 ranks for each of the others."},
    {"llm-optimal-execution-moe-flexible",
     "calculon loe-moe-flex gpt-1.8T 1024 1024 float16 TwoTiered_HBD64 moe.json --moe 16 --tp 8 "
     "--pp 1..16",
     "The same with fewer ranks than experts, too."},
    {"llm-all-executions",
     "calculon llm-all-executions megatron-22B 64 64 float16 a100_80g all.csv.gz --tp 8 --where "
     "'sample_rate>10' --columns tensor_par,pipeline_par,data_par,sample_rate",
     "Write every execution that fits and is fast enough, a line each."},
    {"study run", "calculon study run sc23-fig3 -o runs/fig3",
     "Compute a bundled study; the page is runs/fig3/report.html."},
    {"study check", "calculon study check sensitivity-h100 --quick",
     "Tell how much a study would compute, and for how long."},
    {"study status", "calculon study status runs/fig3", "Tell what of a study is there."},
    {"study merge", "calculon study merge runs/fig3 -o fig3.csv", "Write its table."},
    {"study report", "calculon study report runs/fig3 -o fig3.html", "Draw it once more."},
    {"report", "calculon report best.json -o best.html",
     "Draw the best executions: their splits, where their time goes, and their memory."},
    {"train-bandwidth",
     "calculon train-bandwidth --dataset_size 13e12 --num_layers 96 --d_model 12288 "
     "--cluster_flop_rate 1e14 --sweep p_data=1,2,4,8 --sweep p_pipe=1..16 --best runtime",
     "Find the ten fastest splits of a training run."},
    {"train-estimate",
     "calculon train-estimate --chip_type H100 --n_layers 96 --d_model 12288 --microbatch_size 8",
     "Estimate the time of a batch and of a training run."},
    {"hetero-plan",
     "calculon hetero-plan --hostfile examples/hetero/hostfile --clusterfile "
     "examples/hetero/clusterfile.json --profile-dir examples/hetero/profiles --global-batch-size "
     "128 --timeline schedule.json",
     "Plan training on a cluster of several types of GPU, and draw the schedule."},
    {"hetero-profile", "calculon hetero-profile --layers 40 --output-dir profiles",
     "Write made-up profiles of a model of 38 blocks."},
    {"hetero-hostfile", "calculon hetero-hostfile --gpus-per-type 128 --output hostfile",
     "Write the hostfile of a cluster with 128 GPUs of each type."},
    {"list", "calculon list models", "List the bundled models with their sizes."},
    {"new", "calculon new model -o my-model.json",
     "Write a model file with all keys, their meanings beside them."},
    {"new", "calculon new system -o my-cluster-of-h100.json", "The same of a system."},
    {"new", "calculon new execution -o my-run.json", "And of an execution."},
    {"check", "calculon check my-model.json my-cluster-of-h100.json my-run.json",
     "Tell what is wrong with them, all of it at once."},
    {"statistics", "calculon statistics --json", "List every statistic with its unit and meaning."},
    {"statistics", "calculon statistics --calibrated",
     "Those of the calibrated methodology, and when a model fits."},
    {"fit", "calculon fit h100 examples/measured/my-cluster.csv -o my-cluster.json",
     "Fit the constants of a cluster to its measured step times."},
    {"llm-validation", "calculon llm-validation --max-error 5",
     "Compare with published measurements; fail if the times are off by more than 5 % on average."},
    {"llm-validation",
     "calculon llm-validation --measured examples/measured/calibration.csv.gz -o runs.html",
     "Compare predictions of the calibrated model with measured runs, as a page with plots."},
    {"version", "calculon version", "Print the version alone."},
});

}  // namespace

std::span<const Example> examples() {
  return kExamples;
}

std::string example_line(const Example& example, std::size_t width, std::size_t indent) {
  constexpr std::string_view kContinued = " \\";
  constexpr char kNoBreak = '\x01';  // between an option and its value
  std::string line(example.line);
  bool after_option = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') {
      const bool before_option = i + 1 < line.size() && line[i + 1] == '-';
      line[i] = after_option && !before_option ? kNoBreak : ' ';
      after_option = before_option;
    }
  }
  std::string text(indent, ' ');
  for (const char c : wrapped_words(line, width - kContinued.size(), indent + 4, indent)) {
    text += c == '\n' ? std::string(kContinued) + c : std::string(1, c == kNoBreak ? ' ' : c);
  }
  return text;
}

}  // namespace calculon
