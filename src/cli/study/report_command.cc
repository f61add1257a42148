#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/printable.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/study/study_options.h"
#include "page/page.h"
#include "page/result_file.h"
#include "page/wanted_scatter.h"
#include "study/results/study_folder.h"

namespace calculon {
namespace {

struct PageOptions {
  std::vector<std::string> results;
  std::string output = "report.html";
  std::string scatter;
};

// Folders of studies have their own way to a page.
void require_files(const std::vector<std::string>& results) {
  for (const std::string& path : results) {
    std::error_code unknown;
    if (std::filesystem::is_directory(path, unknown) &&
        std::filesystem::exists(study_path(path), unknown)) {
      throw InputError(
          fmt::format("{} is the folder of a study, expected files of results; `calculon study "
                      "report {}` draws its page",
                      path, shell_argument(path)));
    }
  }
}

int run_page_report(const PageOptions& options, Console& console) {
  require_extension(options.output, kHtmlOnly);
  require_one_standard_input({options.results.begin(), options.results.end()});
  require_files(options.results);
  OutputFile file(options.output);
  PageContent content = result_page(options.results);
  if (!options.scatter.empty()) {
    add_scatter(content, options.scatter);
  }
  file.write(html_page(content));
  file.commit();
  if (options.output != kStandardStream) {
    console.log->info("Output: {}", printable(options.output));
  }
  return kExitSuccess;
}

}  // namespace

Action setup_report(CLI::App& app) {
  const auto options = std::make_shared<PageOptions>();
  app.add_option("results", options->results,
                 "statistics of llm, or the output of llm-optimal-execution, llm-all-executions or "
                 "hetero-plan")
      ->type_name(kFileValue)
      ->required();
  app.add_option("-o,--output", options->output,
                 "where to write the page (.html or .html.gz, or - for standard output)")
      ->type_name(kFileValue)
      ->capture_default_str();
  add_scatter_option(app, options->scatter);
  return [options](Console& console) { return run_page_report(*options, console); };
}

}  // namespace calculon
