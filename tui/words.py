"""Every text of the interface, in every language it speaks. Texts of labs are in the labs.

A language is chosen once per screen; `Words` looks a key up and fills in its values.
"""

# ruff: noqa: RUF001, E501
from labs.model import Text, in_language

LANGUAGES = ("en", "zh")
NAMES = {"en": "English", "zh": "中文"}

WORDS: dict[str, tuple[str, str]] = {
    "demonstration": ("DEMONSTRATION", "演示"),
    "clock": ("{taken} of {target}", "{taken} / {target}"),
    "place": ("{outer} › {inner}", "{outer} › {inner}"),
    "image": ("The image of the nodes", "节点镜像"),
    "minutes": ("{minutes} min", "{minutes} 分钟"),
    "points": ("{points} pts", "{points} 分"),
    "points.of": ("{points} of {total} pts", "{points} / {total} 分"),
    "palette": ("everything", "所有命令"),
    # the course
    "course.loading": ("Reading the course …", "正在读取课程……"),
    "course.empty": ("The course has no labs yet.", "课程里还没有实验。"),
    "course.no_image": (
        "There is no image of the nodes yet: the first lab builds it, or b now.",
        "尚无节点镜像:打开第一个实验时会自动构建,也可以按 b。",
    ),
    "fact.lab": ("lab", "实验"),
    "fact.needs": ("needs", "需要"),
    "fact.target": ("target", "目标时间"),
    "fact.state": ("state", "状态"),
    "fact.proved": ("last proved", "上次验证"),
    "fact.source": ("source", "出处"),
    "fact.stand_ins": ("Stand-ins", "替代品"),
    "fact.points": ("points", "得分"),
    "fact.time": ("time", "用时"),
    "fact.hints": ("hints", "提示"),
    "fact.checking": ("checks", "检查"),
    "profile.node-1": ("1 plain node", "1 个普通节点"),
    "profile.kubeadm-0": ("3 nodes, Kubernetes not initialised", "3 个节点,尚未初始化 Kubernetes"),
    "profile.kubeadm-1": ("1 node with Kubernetes ready", "1 个节点,Kubernetes 已就绪"),
    "profile.kubeadm-3": ("3 nodes with Kubernetes ready", "3 个节点,Kubernetes 已就绪"),
    "proved.never": ("never on this machine", "本机尚未验证"),
    "state.new": ("not begun", "未开始"),
    "state.opening": ("being made ready", "准备中"),
    "state.running": ("nodes are running", "节点运行中"),
    "state.finished": ("finished {day} in {taken}", "{day} 完成,用时 {taken}"),
    "state.unavailable": ("not with this image: {why}", "当前镜像不支持:{why}"),
    # making a lab ready
    "opening.lab": ("Getting “{lab}” ready", "正在准备“{lab}”"),
    "opening.image": ("Building the image of the nodes (only once)", "正在构建节点镜像(只需一次)"),
    "opening.taken": ("{taken}", "{taken}"),
    "opening.taken_left": ("{taken} · about {left} left", "{taken} · 约剩 {left}"),
    "node.waits": ("not begun", "未开始"),
    "node.ready": ("ready", "就绪"),
    "log.title": ("log {where}", "日志 {where}"),
    "log.left_out": ("… {lines} lines are only in the log file", "……{lines} 行仅在日志文件中"),
    "lab.ready": ("{lab} is ready.", "{lab} 已就绪。"),
    "image.built": ("The image is built.", "镜像构建完成。"),
    # the lab
    "steps": ("Steps", "步骤"),
    "nodes": ("Nodes", "节点"),
    "requirements": ("Requirements", "要求"),
    "results": ("Results", "结果"),
    "checking": ("checking now", "正在检查"),
    "watching": ("checked by themselves · c now", "自动检查 · 按 c 立即检查"),
    "not_watching": ("not checked at present · c now", "当前未检查 · 按 c 立即检查"),
    "passed_next": ("passed · n goes on", "已通过 · 按 n 继续"),
    "passed_last": ("passed · r shows the results", "已通过 · 按 r 查看结果"),
    "compared": ("expected {expected} · found {actual}", "期望 {expected} · 实际 {actual}"),
    "why": ("why: {why}", "原因:{why}"),
    "unknown.reason": (
        "could not be judged: {why} (costs nothing)",
        "无法判定:{why}(不扣分)",
    ),
    "guard.broken": (
        "guard “{name}”: what must stay untouched was changed",
        "守则“{name}”:不应改动的内容被改动了",
    ),
    "guard.unknown": ("guard “{name}”", "守则“{name}”"),
    "hint.title": ("Hint {number} of {total}", "提示 {number} / {total}"),
    "debrief": ("What happened", "发生了什么"),
    "cell.run": ("run", "运行"),
    "cell.running": ("running", "运行中"),
    "cell.done": ("done", "完成"),
    "cell.failed": ("failed", "失败"),
    "cell.solution": ("one way to do it", "一种做法"),
    "cell.uncover": ("▸ show", "▸ 显示"),
    "cell.covered": (
        "{lines} lines are covered: try it yourself first",
        "{lines} 行已折叠:请先自己尝试",
    ),
    "cell.folded": ("… {lines} lines above (o shows them)", "……上方还有 {lines} 行(按 o 展开)"),
    "cell.left_out": ("… {lines} lines were left out", "……省略了 {lines} 行"),
    "step.passed": ("Step “{step}” is passed.", "步骤“{step}”已通过。"),
    "lab.passed": (
        "All steps are passed: {points} of {total} points. Press r for the results.",
        "所有步骤都已通过:{points} / {total} 分。按 r 查看结果。",
    ),
    "graded": ("Checked: {points} of {total} points.", "检查完成:{points} / {total} 分。"),
    # results
    "results.all_passed": ("All {steps} steps are passed.", "全部 {steps} 个步骤已通过。"),
    "results.partly": ("{passed} of {steps} steps are passed so far.", "目前通过 {passed} / {steps} 个步骤。"),
    "results.so_far": ("{taken} so far · target {target}", "目前 {taken} · 目标 {target}"),
    "results.within": ("{taken} · target {target}, {off} to spare", "{taken} · 目标 {target},还剩 {off}"),
    "results.over": ("{taken} · target {target}, {off} over", "{taken} · 目标 {target},超出 {off}"),
    "results.hints": ("hints {hints}", "提示 {hints}"),
    # questions
    "quit.title": ("Leave Seatrial?", "退出 Seatrial?"),
    "quit.text": (
        "Nodes are still running: {labs}. They can go on without the app, and the next start resumes the lab where it is.",
        "仍有节点在运行:{labs}。它们可以在应用退出后继续运行,下次启动会从原处继续。",
    ),
    "quit.keep": ("Leave, keep the nodes running", "退出,保留节点运行"),
    "quit.remove": ("Leave and remove the nodes", "退出并删除节点"),
    "quit.stay": ("Stay", "留下"),
    "quit.removing": ("Removing the nodes …", "正在删除节点……"),
    "remove.title": ("Remove the nodes of “{lab}”?", "删除“{lab}”的节点?"),
    "remove.text": (
        "Disks and memory are lost; points and results stay. The lab can be started again.",
        "磁盘与内存将丢失,得分和结果会保留。实验可以重新开始。",
    ),
    "remove.yes": ("Remove the nodes", "删除节点"),
    "remove.removed": ("The nodes of {lab} are removed.", "{lab} 的节点已删除。"),
    "cancel": ("Cancel", "取消"),
    "close": ("Close", "关闭"),
    "pick.title": ("A shell on which node?", "在哪个节点上打开终端?"),
    "failed.load": ("The course could not be read.", "无法读取课程。"),
    "failed.build": ("The image could not be built.", "无法构建镜像。"),
    "failed.start": ("The lab could not be started.", "无法启动实验。"),
    "failed.stop": ("The nodes could not be removed.", "无法删除节点。"),
    "failed.grade": ("The checks could not run.", "无法执行检查。"),
    "failed.watch": ("Checks do not run by themselves now: {message}", "自动检查已停止:{message}"),
    "failed.cell": ("The cell could not run.", "无法运行单元格。"),
    "failed.read": ("Something could not be read: {message}", "读取失败:{message}"),
    "failed.shell": ("No shell could be opened.", "无法打开终端。"),
    "failed.log": ("The whole log: {log}", "完整日志:{log}"),
    "absent.title": ("This lab is not possible here", "此处无法进行该实验"),
    # the shell
    "shell.pane": ("A shell on {node} is in the pane below or beside.", "{node} 的终端在旁边的窗格中。"),
    "shell.leave": (
        "A shell on {node}. `exit` or Ctrl-D brings you back to Seatrial.",
        "{node} 的终端。输入 exit 或按 Ctrl-D 返回 Seatrial。",
    ),
    "shell.elsewhere": ("In another terminal: {command}", "请在另一个终端中运行:{command}"),
    # symbols
    "keys.title": ("Keys that work now", "当前可用的按键"),
    "mark.title": ("Symbols", "符号"),
    "mark.passed": ("passed", "通过"),
    "mark.failed": ("not as required", "不符合要求"),
    "mark.unknown": ("not judged, costs nothing", "无法判定,不扣分"),
    "mark.unseen": ("not looked at yet", "尚未检查"),
    "mark.here": ("the present step", "当前步骤"),
    "mark.up": ("running or ready", "运行中或就绪"),
    "mark.down": ("not running", "未运行"),
    "mark.busy": ("at work", "进行中"),
    "mark.run": ("can be run", "可运行"),
    "mark.absent": ("not possible with this image", "当前镜像不支持"),
    "stalls": (
        "event loop: longest stall {longest} ms, {count} over {limit} ms in {seconds} s",
        "事件循环:最长停顿 {longest} 毫秒,{seconds} 秒内超过 {limit} 毫秒 {count} 次",
    ),
    # keys, and what they do
    "key.open": ("open", "打开"),
    "tip.open": ("Start the lab, or go on with it", "开始或继续实验"),
    "key.results": ("results", "结果"),
    "tip.results": ("Points, time and what there was to learn", "得分、用时与总结"),
    "key.remove": ("remove nodes", "删除节点"),
    "tip.remove": ("Remove the nodes of this lab; results stay", "删除该实验的节点,保留结果"),
    "key.build": ("build image", "构建镜像"),
    "tip.build": ("Build the image that all nodes start from", "构建所有节点使用的镜像"),
    "key.language": ("language", "语言"),
    "tip.language": ("English or Chinese", "中文或英文"),
    "key.leave": ("leave", "离开"),
    "tip.leave": ("Back to the course; the work goes on", "返回课程,后台继续进行"),
    "key.again": ("try again", "重试"),
    "tip.again": ("Go on where it failed", "从失败处继续"),
    "key.error": ("what failed", "失败原因"),
    "tip.error": ("What failed, and what to do about it", "失败原因与解决办法"),
    "key.step": ("go to step", "转到步骤"),
    "tip.step": ("Go to the highlighted step", "转到所选步骤"),
    "key.zoom": ("wide", "加宽"),
    "tip.zoom": ("Hide or show the steps and nodes", "隐藏或显示步骤与节点"),
    "key.check": ("check", "检查"),
    "tip.check": ("Check the step now, with converging and holding", "立即完整检查本步骤"),
    "key.shell": ("shell", "终端"),
    "tip.shell": ("A shell on the focused node", "在当前节点打开终端"),
    "key.hint": ("hint", "提示"),
    "tip.hint": ("One more hint for this step", "再给一个提示"),
    "key.next": ("next", "下一步"),
    "tip.next": ("The next step", "下一个步骤"),
    "key.previous": ("previous", "上一步"),
    "tip.previous": ("The step before", "上一个步骤"),
    "key.interrupt": ("interrupt", "中断"),
    "tip.interrupt": ("Interrupt the running cell", "中断正在运行的单元格"),
    "key.course": ("course", "课程"),
    "tip.course": ("Back to the course; the nodes keep running", "返回课程,节点继续运行"),
    "key.back": ("back", "返回"),
    "tip.back": ("Back to where you were", "返回上一屏"),
    "key.grade_all": ("check all steps", "检查所有步骤"),
    "tip.grade_all": ("Check every step of the lab now", "立即检查所有步骤"),
    "key.run": ("run cell", "运行"),
    "tip.run": ("Run the cell on its node, or uncover it", "在节点上运行,或显示内容"),
    "key.unfold": ("unfold", "展开"),
    "tip.unfold": ("Show all that the cell printed, or only its end", "显示全部输出或仅显示末尾"),
    "key.help": ("help", "帮助"),
    "tip.help": ("Keys and symbols of this screen", "本屏幕的按键与符号"),
    "key.quit": ("quit", "退出"),
    "tip.quit": ("Leave the app; asks about running nodes", "退出应用,会询问如何处理节点"),
    # the palette
    "command.lab": ("Lab {id}: {title}", "实验 {id}:{title}"),
    "command.step": ("Step {number}: {title}", "步骤 {number}:{title}"),
    "command.node": ("Shell on {node}", "{node} 的终端"),
    "command.check": ("Check this step now", "立即检查本步骤"),
    "command.results": ("Results", "结果"),
    "command.theme": ("Light or dark", "浅色或深色"),
    "command.language": ("Language: {name}", "语言:{name}"),
    "command.help": ("Help: keys and symbols", "帮助:按键与符号"),
    "command.stalls": ("Show how the event loop keeps up", "显示事件循环状况"),
    "command.screenshot": ("Save a picture of the screen", "保存屏幕图片"),
    "command.quit": ("Quit", "退出"),
}  # fmt: skip


class Words:
    """The interface in one language."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._column = LANGUAGES.index(language) if language in LANGUAGES else 0

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its values. Raises KeyError."""
        return WORDS[key][self._column].format(**values)

    def known(self, key: str) -> str:
        """The text of `key` if it is one, else `key` as it is."""
        return self(key) if key in WORDS else key

    def text(self, text: Text) -> str:
        """A text of a lab; '' for none."""
        return in_language(text, self.language) if text else ""
