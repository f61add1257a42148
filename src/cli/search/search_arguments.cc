#include "cli/search/search_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calibrated/search/wanted_settings.h"
#include "cli/bundled_files.h"
#include "cli/input_notes.h"
#include "cli/logging.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "cli/search/methodology_options.h"
#include "cli/search/setting_words.h"
#include "launch/framework.h"
#include "search/fixed_choices.h"

namespace calculon {
namespace {

constexpr auto kNarrowingGroup = "What to search: only these values (such as 8,16 or 1..8)";
constexpr auto kCalibratedGroup =
    "What to search, calibrated methodology: these values, also such as are not tried else";

template <class Enum>
CLI::IsMember one_of_names() {
  return CLI::IsMember(
      std::vector<std::string>(EnumNames<Enum>::kNames.begin(), EnumNames<Enum>::kNames.end()));
}

// Other spellings of a datatype become its name, before names are checked.
CLI::Validator spelled_out_datatype() {
  return {[](std::string& text) {
            const auto datatype = enum_from_name<Datatype>(text);
            text = datatype ? std::string(enum_name(*datatype)) : text;
            return std::string();
          },
          ""};
}

// "tensor parallelism", as the rows of executions say it.
std::string setting_meaning(std::string_view key) {
  std::string meaning;
  const auto look = [&](const auto& field) {
    if (field.name == key && meaning.empty()) {
      meaning = field.help;
    }
  };
  for_each_field(kStrategyFields, look);
  for_each_field(kCalibratedExecutionFields, look);
  return meaning;
}

// An option for each setting that a search chooses: those of all models, or those of experts.
void add_narrowings(CLI::App& app, SearchArguments& arguments, bool of_experts) {
  for (const SearchedSetting& setting : searched_settings()) {
    const std::string key(setting.key);
    if (setting.of_experts != of_experts || key == "fused_activation") {
      continue;  // the latter has its published option
    }
    const std::string names = setting.short_name.empty()
                                  ? fmt::format("--{}", key)
                                  : fmt::format("--{},--{}", setting.short_name, key);
    app.add_option(names, arguments.wanted[key], setting_meaning(key))
        ->type_name(setting_list_name(key))
        ->allow_extra_args(false)
        ->group(kNarrowingGroup);
  }
}

std::vector<bool> fused_values(const std::string& text) {
  struct Spelling {
    std::string_view text;
    bool with_false;
    bool with_true;
  };
  static constexpr std::array<Spelling, 13> kSpellings = {{
      {"true", false, true},
      {"t", false, true},
      {"True", false, true},
      {"T", false, true},
      {"1", false, true},
      {"false", true, false},
      {"f", true, false},
      {"False", true, false},
      {"F", true, false},
      {"0", true, false},
      {"both", true, true},
      {"all", true, true},
      {"*", true, true},
  }};
  for (const Spelling& spelling : kSpellings) {
    if (spelling.text == text) {
      std::vector<bool> values;
      if (spelling.with_false) {
        values.push_back(false);
      }
      if (spelling.with_true) {
        values.push_back(true);
      }
      return values;
    }
  }
  throw InputError(fmt::format("--fused_activation is '{}', expected true, false or both", text));
}

void narrow_nets(const std::string& nets, SettingFilter& filter) {
  std::array<std::string_view, 3> settings = {"tensor_par_net", "pipeline_par_net", "data_par_net"};
  const auto tiers = split(nets, ',');
  if (tiers.size() != settings.size()) {
    throw InputError(fmt::format("--nets is '{}', expected three tiers such as 0,1,1", nets));
  }
  for (std::size_t i = 0; i < settings.size(); ++i) {
    filter.accept(settings[i], tiers[i]);
  }
}

}  // namespace

void add_search_arguments(CLI::App& app, SearchArguments& arguments,
                          const std::string& output_kinds) {
  app.get_help_ptr()->group(kHowToRun);
  const CLI::Range counts(std::int64_t{1}, kLargestCount);
  add_application(app, arguments.application);
  add_model_choices(app, arguments.model);
  app.get_option("--seq")->group(kWhatToSearch);
  app.get_option("--as")->group(kWhatToSearch);
  app.add_option("num_procs", arguments.num_procs, "number of processors")
      ->required()
      ->check(counts);
  app.add_option("max_batch_size", arguments.max_batch_size,
                 "largest batch, in sequences; the batch itself in the calibrated methodology")
      ->required()
      ->check(counts);
  app.add_option("datatype", arguments.datatype, "storage and compute type")
      ->required()
      ->check(one_of_names<Datatype>())
      ->transform(spelled_out_datatype());
  add_system(app, arguments.system);
  app.add_option("output", arguments.output, "where to write the results: " + output_kinds)
      ->required();

  app.add_flag("-d,--debug", arguments.count_only, "only enumerate and count")->group(kHowToRun);
  add_threads(app, arguments.threads);
  app.get_option("--threads")->group(kHowToRun);
  app.add_flag("-n,--noneok", arguments.none_ok, "finding nothing is not a failure")
      ->group(kHowToRun);
  app.add_option("-f,--fused_activation", arguments.fused_activation,
                 "values of fused_activation to try: true, false or both")
      ->capture_default_str()
      ->group(kWhatToSearch);
  app.add_option("--oversized-data-par", arguments.oversized_data_par,
                 "a data parallelism above max_batch_size: skip it, or raise the batch to it")
      ->check(one_of_names<OversizedDataPar>())
      ->capture_default_str()
      ->group(kWhatToSearch);
  app.add_option("--quirks", arguments.quirks,
                 "answer as the published model, or with its quirks put right (the corrected "
                 "methodology)")
      ->check(CLI::IsMember({"published", "fixed"}))
      ->type_name("published|fixed")
      ->group(kWhatToSearch);
  app.add_flag("--no-tp-overlap", arguments.no_tp_overlap, "only tensor_par_overlap none")
      ->group(kWhatToSearch);
  app.add_flag("--no-dp-overlap", arguments.no_dp_overlap, "only data_par_overlap false")
      ->group(kWhatToSearch);
  app.add_option("--where", arguments.where,
                 "keep only results with this, such as 'proc_mem_tier1_cap_req<60e9'; repeatable")
      ->type_name(kConditionValue)
      ->allow_extra_args(false)
      ->group(kWhatToKeep);
  app.add_flag("--inputs", arguments.inputs,
               "columns with what the rows are of, for pages: model, system, methodology, version, "
               "date of the inputs; other tables than those of published methodologies or of "
               "chosen columns have them anyway")
      ->group(kWhatToKeep);
  add_narrowings(app, arguments, false);
  app.add_option("--nets", arguments.nets, "only these tiers of tensor, pipeline and data traffic")
      ->type_name("T,P,D")
      ->group(kNarrowingGroup);
  app.add_flag("--no-offload", arguments.no_offload, "nothing is offloaded")
      ->group(kNarrowingGroup);
}

void add_moe_arguments(CLI::App& app, SearchArguments& arguments) {
  const CLI::Range counts(std::int64_t{1}, kLargestCount);
  app.add_option("--moe", arguments.num_experts,
                 "number of experts (-moe is accepted, too; default: 16, or the model's with "
                 "--quirks fixed)")
      ->check(counts)
      ->group(kWhatToSearch);
  app.add_option("--top-k", arguments.top_k,
                 "experts that a token is sent to (default: 2, or 1 of 1)")
      ->check(counts)
      ->group(kWhatToSearch);
  app.add_option("--activation", arguments.activation, "activation function of the experts")
      ->check(one_of_names<ActivationFunction>())
      ->capture_default_str()
      ->group(kWhatToSearch);
  app.add_option("--attention", arguments.attention, "attention type")
      ->check(one_of_names<AttentionType>())
      ->capture_default_str()
      ->group(kWhatToSearch);
  app.add_flag("--independent", arguments.independent,
               "flexible search: tensor degrees that divide the processors of a stage, not only "
               "those of an expert")
      ->group(kWhatToSearch);
  app.add_flag("--distinct", arguments.distinct,
               "count and list every execution once: without communication types that make no "
               "difference and the repeated largest microbatch")
      ->group(kWhatToSearch);
  app.add_flag("--no-lost-work", arguments.no_lost_work,
               "no expert_slice above tensor_par, for which the published model loses work of "
               "experts (quirk M1)")
      ->group(kWhatToSearch);
  add_narrowings(app, arguments, true);
}

void add_calibrated_arguments(CLI::App& app, SearchArguments& arguments) {
  app.add_option("--methodology", arguments.methodology,
                 "the model that answers: calibrated if the system has constants of it, else "
                 "calculon; corrected is the latter with --quirks fixed")
      ->check(CLI::IsMember({"calibrated", "calculon", "corrected"}))
      ->type_name("NAME")
      ->group(kWhatToSearch);
  app.add_option("--launchable", arguments.launchable,
                 "keep only what this framework can run (calibrated methodology)")
      ->check(one_of_names<Framework>())
      ->type_name("FRAMEWORK")
      ->group(kWhatToSearch);
  const auto add = [&](const CalibratedSetting& setting) {
    const std::string key(setting.key);
    if (arguments.wanted.contains(key)) {
      return;  // a setting of the published space, too
    }
    const std::string names = setting.short_name.empty()
                                  ? fmt::format("--{}", key)
                                  : fmt::format("--{},--{}", setting.short_name, key);
    app.add_option(names, arguments.wanted[key], setting_meaning(key))
        ->type_name(setting_list_name(key))
        ->allow_extra_args(false)
        ->group(kCalibratedGroup);
  };
  for (const CalibratedSetting& setting : calibrated_degree_settings()) {
    add(setting);
  }
  for (const CalibratedSetting& setting : calibrated_choice_settings()) {
    add(setting);
  }
}

bool asks_corrected(const SearchArguments& arguments) {
  const bool fixed = arguments.quirks == "fixed";
  const bool named = arguments.methodology == enum_name(Preset::kCorrected);
  if ((fixed && !named && !arguments.methodology.empty()) ||
      (named && arguments.quirks == "published")) {
    throw InputError(fmt::format("--quirks is {}, but --methodology is {}", arguments.quirks,
                                 arguments.methodology));
  }
  return fixed || named;
}

SpaceOptions space_options(const SearchArguments& arguments) {
  if (!arguments.launchable.empty()) {
    throw OtherMethodology("--launchable is of the calibrated methodology");
  }
  SpaceOptions options;
  options.num_procs = arguments.num_procs;
  options.max_batch_size = arguments.max_batch_size;
  options.datatype = *enum_from_name<Datatype>(arguments.datatype);
  options.oversized_data_par = *enum_from_name<OversizedDataPar>(arguments.oversized_data_par);
  options.fused_activation = fused_values(arguments.fused_activation);
  options.kind = arguments.kind;
  options.corrected = asks_corrected(arguments);
  if (arguments.kind != SpaceKind::kDense) {
    options.num_experts = arguments.num_experts;
    if (arguments.top_k > 0) {
      options.top_k_experts = arguments.top_k;
    }
    options.activation_function = *enum_from_name<ActivationFunction>(arguments.activation);
    options.attention_type = *enum_from_name<AttentionType>(arguments.attention);
    options.independent_degrees = arguments.independent;
    options.distinct = arguments.distinct;
    options.no_lost_work = arguments.no_lost_work;
  }
  const std::vector<SearchedSetting> known = searched_settings();
  for (const auto& wanted : arguments.wanted) {
    const std::string& setting = wanted.first;
    const bool published =
        std::any_of(known.begin(), known.end(),
                    [&](const SearchedSetting& each) { return each.key == setting; });
    if (!published && !wanted.second.empty()) {
      throw OtherMethodology(fmt::format("--{} is of the calibrated methodology", setting));
    }
    for (const std::string& list : wanted.second) {
      options.filter.accept(setting, list);
    }
  }
  if (!arguments.nets.empty()) {
    narrow_nets(arguments.nets, options.filter);
  }
  if (arguments.no_tp_overlap) {
    options.filter.accept("tensor_par_overlap", "none");
  }
  if (arguments.no_dp_overlap) {
    options.filter.accept("data_par_overlap", "false");
  }
  if (arguments.no_offload) {
    for (const std::string_view setting :
         {"weight_offload", "activations_offload", "optimizer_offload"}) {
      options.filter.accept(setting, "false");
    }
  }
  return options;
}

std::vector<StatFilter> stat_filters(const SearchArguments& arguments) {
  std::vector<StatFilter> filters;
  for (const std::string& condition : arguments.where) {
    const std::string name = condition.substr(0, condition.find_first_of("<>=!"));
    if (name.find('.') != std::string::npos) {  // "memory.verdict", as no published one is called
      throw OtherMethodology(
          fmt::format("--where '{}' is of the calibrated methodology", condition));
    }
    filters.push_back(parse_stat_filter(condition));
  }
  return filters;
}

int num_threads(const SearchArguments& arguments) {
  return threads_or_all(arguments.threads);
}

void find_inputs(SearchArguments& arguments, const Console& console) {
  arguments.application = input_path(BundledKind::kModel, arguments.application, console);
  arguments.system = input_path(BundledKind::kSystem, arguments.system, console);
}

void check_search_arguments(const SearchArguments& arguments,
                            std::span<const std::string_view> output_extensions) {
  require_extension(arguments.application, kJsonOnly);
  require_extension(arguments.system, kJsonOnly);
  require_one_standard_input({arguments.application, arguments.system});
  require_extension(arguments.output, output_extensions);
}

void tell_input_notes(const Transformer& transformer, const System& system,
                      const SpaceOptions& options, Console& console) {
  tell_model_notes(transformer, fixed_choices(options_for(options, transformer)), console);
  tell_system_notes(system, console);
}

void move_log_off_output(const SearchArguments& arguments, Console& console) {
  if (arguments.output == kStandardStream && console.log_on_output) {
    console.log = make_log(std::string(kStandardStream), console.err, console.log->level());
  }
}

int finish_output(const SearchArguments& arguments, OutputFile& file, bool interrupted,
                  std::string_view what, Console& console) {
  if (interrupted) {
    const std::string partial = file.commit_partial();
    console.err << "calculon: interrupted; " << what << " so far are in " << partial << "\n";
    return kExitInterrupted;
  }
  file.commit();
  console.log->info("Output: {}", printable(arguments.output));
  return kExitSuccess;
}

int report_none_found(const SearchArguments& arguments, Console& console) {
  constexpr std::string_view kNothing = "No acceptable configurations found :(";
  if (arguments.none_ok) {
    console.log->info(kNothing);
    return kExitSuccess;
  }
  console.log->critical(kNothing);
  return kExitNoAnswer;
}

}  // namespace calculon
