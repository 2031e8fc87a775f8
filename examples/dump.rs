fn main() {
    let root = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let (mut s, mut d) = carat::source::project::load(&root);
    let (settings, x) = carat::settings::load(&s.files, s.settings.unwrap());
    d.extend(x);
    let g = s.read(&settings.gold, &mut d).unwrap();
    let (gold, x) = carat::gold::load(&s.files, g);
    d.extend(x);
    let mut trees = vec![];
    for f in s.definitions.clone() {
        let (t, x) = carat::syntax::parse(&s.files, f);
        trees.push(t);
        d.extend(x);
    }
    let (model, x) = carat::resolve::resolve(settings, gold, &trees);
    d.extend(x);
    for d in &d {
        eprintln!(
            "{} {:?} {} {:?}",
            d.code.id,
            d.span().map(|s2| (s.files.path(s2.file).to_string(), s.files.position(s2))),
            d.message,
            d.help
        );
    }
    let w = carat::model::words::Words::new(&model);
    for m in &model.metrics {
        println!("{}: {}", m.head.name, w.sentence(&m.value));
    }
    for m in &model.filters {
        println!("filter {}: {}", m.head.name, w.condition(&m.condition));
    }
    for m in &model.segments {
        println!("segment {}: {}", m.head.name, w.condition(&m.condition));
    }
    for m in &model.policies {
        for r in &m.rules {
            println!(
                "policy {} {}: {}",
                m.head.name,
                r.label,
                r.condition.as_ref().map(|c| w.condition(c)).unwrap_or_default()
            );
        }
    }
    for m in &model.resolves {
        println!("resolve {}: {}", m.head.name, w.value(&m.value));
    }
    let plan = carat::plan::plan(&model);
    if std::env::args().nth(2).is_some() {
        println!("{:#?}", plan);
    }
}
