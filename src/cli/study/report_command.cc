#include "base/printable.h"
#include "calculon/base/files.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/study/study_options.h"
#include "page/page.h"
#include "page/result_file.h"
#include "page/wanted_scatter.h"

namespace calculon {
namespace {

struct PageOptions {
  std::vector<std::string> results;
  std::string output = "report.html";
  std::string scatter;
};

int run_page_report(const PageOptions& options, Console& console) {
  require_extension(options.output, kHtmlOnly);
  require_one_standard_input({options.results.begin(), options.results.end()});
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
