// Chinese, in the order of `keys` in ../words.ts.
export default '继续|提交|返回|跳过|关闭|第 {n} 项，共 {m} 项|请回答此问题。|请选择一项。|请输入邮箱地址，例如 name@example.com。|请至少输入 {n} 个字符。|请最多输入 {n} 个字符。|请检查您输入的内容。|请至少选择 {n} 项。|最多选择 {n} 项。|您的回答|问卷|按 Alt+Shift+E 作答。|谢谢|在新标签页中打开|进度|此问卷未开放。';
