#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cctype>
#include <string_view>

#include "cli/commands.h"
#include "cli/shell/usage.h"

namespace calculon {
namespace {

struct Row {
  std::string_view term;
  std::string_view text;
};

constexpr std::array<Row, 3> kFiles = {{
    {"models/", "Models: the six numbers that describe a transformer."},
    {"systems/", "Systems: processors, memories and networks; chips.json for train-estimate."},
    {"examples/",
     "Executions, those of the published measurements in validation/, a mixed cluster in "
     "hetero/, and the bundled studies in studies/."},
}};

constexpr std::array<Row, 15> kExamples = {{
    {"calculon llm models/megatron-1T.json examples/3072_t4_p64_d12_mbs4_full.json "
     "systems/a100_80g.json -",
     "Evaluate an execution and report as text."},
    {"calculon llm --layers model.json execution.json system.json stats.json.gz",
     "Write all statistics, with those of every layer, as compressed JSON."},
    {"calculon launch llama-3.1-70b llama-3.1-70b_512_t4_p4 --framework megatron -o train.sh",
     "Write the command line of Megatron-LM that runs an execution."},
    {"calculon import train.sh -o run",
     "Read such a command line: run/model.json and run/execution.json are inputs of llm."},
    {"calculon statistics --json", "List every statistic with its unit and meaning."},
    {"calculon llm-optimal-execution models/gpt3-175B.json 4096 4096 float16 "
     "systems/a100_80g.json best.json --top-n 10",
     "Find the ten best ways to run a model on 4096 processors with at most 4096 sequences a "
     "batch."},
    {"calculon llm-all-executions models/megatron-22B.json 64 64 float16 systems/a100_80g.json "
     "all.csv.gz --where 'sample_rate>10' --columns tensor_par,pipeline_par,data_par,sample_rate",
     "Write every execution that fits and is fast enough, a line each."},
    {"calculon report best.json -o best.html",
     "Draw the best executions: their splits, where their time goes, and their memory."},
    {"calculon study run sensitivity-h100 -o runs/h100",
     "Find out which parameter of a cluster matters most; the page is runs/h100/report.html."},
    {"calculon train-bandwidth --dataset_size 13e12 --num_layers 96 --d_model 12288 "
     "--cluster_flop_rate 1e14 --sweep p_data=1,2,4,8 --sweep p_pipe=1..16 --best runtime",
     "Find the ten fastest splits of a training run."},
    {"calculon train-estimate --chip_type H100 --n_layers 96 --d_model 12288 --microbatch_size 8",
     "Estimate the time of a batch and of a training run."},
    {"calculon hetero-plan --hostfile examples/hetero/hostfile --clusterfile "
     "examples/hetero/clusterfile.json --profile-dir examples/hetero/profiles --global-batch-size "
     "128 --timeline schedule.json",
     "Plan training on a cluster of several types of GPU, and draw the schedule."},
    {"calculon fit h100 examples/measured/my-cluster.csv -o my-cluster.json",
     "Fit the constants of a cluster to its measured step times."},
    {"calculon llm-validation --max-error 5",
     "Compare with published measurements; fail if the times are off by more than 5 % on average."},
    {"calculon llm-validation --measured examples/measured/calibration.csv.gz -o runs.html",
     "Compare predictions of the calibrated model with measured runs, as a page with plots."},
}};

// Text that troff prints as it is. Hyphens of names and options become \-, so that they can be
// copied from the page and searched.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else if (c == '\'') {
      result += "\\(aq";
    } else {
      result += c;
    }
  }
  return result.starts_with('.') ? "\\&" + result : result;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

// Help texts are phrases; on the page they are sentences.
std::string sentence(std::string text) {
  if (!text.empty()) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text.ends_with('.') ? text : text + ".";
}

std::string section(std::string_view title) {
  return fmt::format(".SH {}\n", title);
}

// `term` is troff already.
std::string tagged(std::string_view term, std::string_view text) {
  return fmt::format(".TP\n{}\n{}\n", term, escaped(text));
}

std::string argument_paragraph(const ArgumentUsage& argument) {
  std::string term;
  const bool positional = !argument.names[0].starts_with('-');
  for (const std::string& name : argument.names) {
    term += term.empty() ? "" : ", ";
    term += positional ? italic(name) : bold(name);
  }
  if (argument.kind == ValueKind::kChoice || (!positional && argument.kind != ValueKind::kNone)) {
    term += " " + italic(argument.value);
  }
  std::string text = sentence(argument.help);
  if (!argument.default_value.empty()) {
    text += fmt::format(" Default: {}.", argument.default_value);
  }
  return tagged(term, text);
}

std::string synopsis(const CommandUsage& command) {
  std::string line = bold("calculon " + command.names[0]) + " [" + italic("options") + "]";
  for (const ArgumentUsage& argument : command.arguments) {
    const std::string name = italic(argument.names[0]) + (argument.repeated ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  return line + "\n";
}

std::string command_part(const CommandUsage& command) {
  std::string part =
      fmt::format(".SS {}\n", escaped(fmt::format("{}", fmt::join(command.names, ", "))));
  part += synopsis(command) + ".PP\n" + escaped(sentence(command.help)) + "\n";
  for (const ArgumentUsage& argument : command.arguments) {
    part += argument_paragraph(argument);
  }
  for (const ArgumentUsage& option : command.options) {
    part += argument_paragraph(option);
  }
  return part;
}

std::string manual_page(const ProgramUsage& usage) {
  const std::string& about = usage.global.help;
  std::string page = fmt::format(".TH CALCULON 1 \"\" \"calculon {}\" \"User Commands\"\n",
                                 escaped(CALCULON_VERSION));
  page += section("NAME") + "calculon \\- " + escaped(about.substr(0, about.find(':'))) + "\n";
  page += section("SYNOPSIS") + bold("calculon") + " [" + italic("global options") + "] " +
          italic("command") + " [" + italic("options") + "] [" + italic("arguments") + "]\n";
  page += section("DESCRIPTION") + escaped(sentence(about)) + "\n";
  page += section("OPTIONS") + "These stand before the command.\n";
  for (const ArgumentUsage& option : usage.global.options) {
    page += argument_paragraph(option);
  }
  page += section("COMMANDS");
  for (const CommandUsage& command : usage.commands) {
    page += command_part(command);
  }
  page += section("EXIT STATUS");
  for (const ExitStatus& status : kExitStatuses) {
    page += tagged(bold(fmt::format("{}", status.status)), status.meaning);
  }
  page += section("FILES") + "Below " + italic(CALCULON_INSTALL_DATADIR) + ":\n";
  for (const Row& file : kFiles) {
    page += tagged(italic(file.term), file.text);
  }
  page += section("EXAMPLES");
  for (const Row& example : kExamples) {
    page += fmt::format(".PP\n{}\n.PP\n.nf\n.RS\n{}\n.RE\n.fi\n", escaped(example.text),
                        escaped(example.term));
  }
  return page;
}

}  // namespace

Action setup_manual(CLI::App& app) {
  return [&app](Console& console) {
    console.out << manual_page(usage_of_program(app));
    return kExitSuccess;
  };
}

}  // namespace calculon
